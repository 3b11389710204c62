"""What a notebook may ask of Script Runner. Everything here also does something sensible in plain Jupyter.

    import script_runner

    script_runner.params["region"]                  values of this run, passwords included
    script_runner.download(df, "sales.xlsx")        offers a file
    script_runner.progress(0.4, "Fitting models")   moves the progress bar
    script_runner.result("revenue", 1234.5)         publishes a value for programs that call the API
    script_runner.stop("Nothing was sold that day") ends the run well, without a traceback
    from script_runner import UploadFile            the type of an input that is a file: its path
    script_runner.connection("warehouse")           opens a data source that the operator has named
    script_runner.user.name                         for whom this run is made; also email and groups

Needs Python 3.8 and nothing else; pandas, polars, openpyxl and SQLAlchemy are used where they are installed.
"""

__all__ = ["ScriptRunnerStop", "UploadFile", "connection", "download", "params", "progress", "result", "stop", "user"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._connection import connection
    from ._download import download
    from ._parameter import params
    from ._progress import progress
    from ._result import result
    from ._stop import ScriptRunnerStop, stop
    from ._upload import UploadFile
    from ._user import user

HOMES = {"params": "_parameter", "ScriptRunnerStop": "_stop", "UploadFile": "_upload"}


def __getattr__(name):
    """Each name is loaded when it is first used: every run imports this module, few use all of it."""
    if name not in __all__:
        raise AttributeError("script_runner has no {!r}; it has {}.".format(name, ", ".join(__all__)))
    from importlib import import_module

    value = getattr(import_module("." + HOMES.get(name, "_" + name), __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return __all__
