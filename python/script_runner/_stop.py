"""`stop`: ends a run as succeeded, with a message instead of a traceback."""

from ._announcement import announce, in_run


class ScriptRunnerStop(BaseException):
    """Not an `Exception`, so that `except Exception` in a notebook does not catch it, as with `SystemExit`."""

    def _render_traceback_(self):
        """IPython shows this instead of a traceback."""
        return [str(self)]


def stop(message=""):
    """Ends the run here as succeeded. `message` is shown to the viewer; the cells below are not run."""
    text = str(message)
    if in_run():
        announce({"kind": "stop", "message": text}, text)
    raise ScriptRunnerStop(text)
