"""Replaces `MySQLdb`, which the package `link` needs and for which there are no ready-made wheels, with PyMySQL if that
is installed."""

import importlib.machinery
import importlib.util
import os
import sys

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
real = importlib.machinery.PathFinder.find_spec(
    __name__, [path for path in sys.path if os.path.abspath(path or os.curdir) != here]
)
if real is not None and real.loader is not None:
    module = importlib.util.module_from_spec(real)
    sys.modules[__name__] = module
    real.loader.exec_module(module)
else:
    try:
        import pymysql
    except ImportError:
        raise ModuleNotFoundError(
            "No module named 'MySQLdb'. Install pymysql or mysqlclient.", name="MySQLdb"
        ) from None
    pymysql.install_as_MySQLdb()
