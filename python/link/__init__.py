"""Replaces the package `link` if it is not installed: `from link import lnk; lnk.dbs.NAME.select(sql)`.

This folder comes before the installed packages, so it first looks for the real package and steps aside if there is one.
It provides what most notebooks use: names from `$LNK_DIR/link.config`, and `select`, `select_dataframe`, `execute` over
the installed drivers. Needs only Python 3.8.
"""

import importlib.machinery
import importlib.util
import os
import sys


def find_real():
    """Where the installed package is, or None."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    elsewhere = [path for path in sys.path if os.path.abspath(path or os.curdir) != here]
    return importlib.machinery.PathFinder.find_spec(__name__, elsewhere)


real = find_real()
if real is not None and real.loader is not None:
    module = importlib.util.module_from_spec(real)
    sys.modules[__name__] = module
    real.loader.exec_module(module)
else:
    from ._group import lnk

    __all__ = ["lnk"]
