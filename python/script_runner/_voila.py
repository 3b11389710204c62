"""What notebooks for Voilà expect: the query string, made of the values of the run."""

import os
import sys
import types
from urllib.parse import urlencode

from ._parameter import params


def query_string():
    """`user=Alice&day=mon&day=tue`: values as text, lists as several entries."""
    values = {name: value for name, value in params.items() if value is not None}
    return urlencode({name: value if isinstance(value, list) else str(value) for name, value in values.items()}, True)


def get_query_string(url=None):
    return query_string()


def wait_for_request(url=None):
    """Voilà's kernels that wait for a visitor return here once there is one: a run has its values already."""
    return query_string()


def install():
    """Gives the kernel `voila.utils` with these functions, whether or not Voilà is installed."""
    os.environ["QUERY_STRING"] = query_string()
    try:
        import voila.utils as utils
    except ImportError:
        package = sys.modules.setdefault("voila", types.ModuleType("voila"))
        utils = sys.modules.setdefault("voila.utils", types.ModuleType("voila.utils"))
        package.utils = utils
    utils.get_query_string = get_query_string
    utils.wait_for_request = wait_for_request
