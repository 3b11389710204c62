"""Widgets that ipywidgets' `interact` makes for arguments begin with the values of the run."""

import json

from ._parameter import params


def started(widget, value):
    """The widget with the value; a choice is the option that equals it."""
    options = getattr(widget, "options", None)
    if options is None:
        widget.value = value
        return widget
    values = list(options.values()) if isinstance(options, dict) else list(options)
    values = [one[1] if isinstance(one, tuple) and len(one) == 2 else one for one in values]
    widget.value = next((one for one in values if one == value and type(one) is type(value)), value)
    return widget


def install(names):
    """`names`: JSON list of the arguments that are inputs."""
    known = [name for name in json.loads(names) if name in params]
    try:
        from ipywidgets.widgets.interaction import interactive
    except ImportError:
        return
    find = interactive.find_abbreviations

    def find_abbreviations(self, kwargs):
        return [
            (name, started(self.widget_from_abbrev(abbrev, default), params[name]), default)
            if name in known
            else (name, abbrev, default)
            for name, abbrev, default in find(self, kwargs)
        ]

    interactive.find_abbreviations = find_abbreviations
