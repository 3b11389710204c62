"""Draws the interactive figures of ipympl when a cell ends, as a page with a kernel would have asked for."""

import sys

BACKEND = "ipympl.backend_nbagg"


def draw_canvases(shell):
    """Cells of a notebook without such figures pay for one look at a name."""
    shell.events.register("post_run_cell", draw_changed)


def draw_changed(*_):
    """Draws each open figure that has changed since it was drawn: ipympl then sends its picture with its state."""
    backend = sys.modules.get(BACKEND)
    if backend is None:
        return
    for canvas in open_canvases(getattr(backend, "Canvas", ())):
        try:
            if canvas.figure.stale or canvas._data_url is None:
                canvas.draw()
        except Exception:  # whatever an artist of the notebook raises: the figure keeps its picture
            pass


def open_canvases(canvas_class):
    """ipywidgets 8 has its widgets in a module, 7 in the class."""
    module = sys.modules.get("ipywidgets.widgets.widget")
    known = getattr(module, "_instances", None)
    if not isinstance(known, dict):
        known = getattr(getattr(module, "Widget", None), "widgets", None)
    return [each for each in list((known or {}).values()) if isinstance(each, canvas_class)]
