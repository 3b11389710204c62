"""Mercury's widgets with the values of the run: `region = mr.Select(...)`, then `region.value`."""

import json
import pathlib
import sys
import types

from ._parameter import params

KINDS = (
    "Text TextInput TextArea Numeric NumberInput Slider Range Select MultiSelect Checkbox CheckBox Date DateInput"
).split()
UPLOAD = "UploadFile"


class Widget:
    """An input; it shows nothing, for the form has been filled in."""

    kind = ""
    known = {}

    def __init__(self, *args, **settings):
        self.label = settings.get("label", args[0] if args and self.kind == UPLOAD else "")
        names = self.known.get((self.kind, self.label), [])
        name = names.pop(0) if len(names) > 1 else names[0] if names else None
        self.take(params[name] if name in params else self.start(args, settings))
        choices = settings.get("choices")
        if choices is not None and name in params:
            self.check(list(choices))

    def take(self, value):
        self.value = value

    def start(self, args, settings):
        """The value that the code itself gives, else the usual one of its kind."""
        if settings.get("value") is not None:
            return settings["value"]
        if args and self.kind not in ("Select", "MultiSelect"):
            return args[0]
        if self.kind == "Select":
            return next(iter(settings.get("choices") or [None]), None)
        usual = {"MultiSelect": [], "Range": [0, 1], "Checkbox": True, "CheckBox": False}
        return usual.get(self.kind, "" if self.kind.startswith("Text") else 0)

    def check(self, choices):
        """Choices that only the code knows: a text of the form is the choice that reads the same."""
        values = self.value if isinstance(self.value, list) else [self.value]
        found = [next((one for one in choices if one == value or str(one) == str(value)), None) for value in values]
        for value, match in zip(values, found):
            if match is None:
                known = ", ".join(map(str, choices[:20]))
                raise ValueError("{!r} is not one of the choices of {!r}: {}".format(value, self.label, known))
        self.value = found if isinstance(self.value, list) else found[0]

    def __repr__(self):
        return "mercury.{}".format(self.kind)

    def _ipython_display_(self):
        """Nothing: the report lists the inputs itself."""


class UploadedFile:
    """One file: `name`, and `value`, its bytes."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.name = self.path.name

    @property
    def value(self):
        return self.path.read_bytes()

    def __repr__(self):
        return "UploadedFile(name={!r})".format(self.name)


class Upload(Widget):
    """The files that were given; `value` and `name` are None without one."""

    kind = UPLOAD

    def take(self, value):
        paths = value if isinstance(value, list) else [value]
        self.files = [UploadedFile(path) for path in paths if path]

    def start(self, args, settings):
        return None

    @property
    def value(self):
        return self.files[0].value if self.files else None

    @property
    def name(self):
        return self.files[0].name if self.files else None

    @property
    def names(self):
        return [file.name for file in self.files]

    @property
    def values_bytes(self):
        return [file.value for file in self.files]

    @property
    def values(self):
        return [list(value) for value in self.values_bytes]

    def __iter__(self):
        return iter(self.files)


class App:
    """Settings of the page, which have no effect here."""

    def __init__(self, *args, **settings):
        pass

    def _ipython_display_(self):
        """Nothing."""


class NotInstalled(RuntimeError):
    """For the parts of Mercury that are no inputs."""


def show_markdown(text="", *args, **settings):
    from IPython.display import Markdown, display

    display(Markdown(str(text)))


def missing(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotInstalled("mercury.{} is not available here: install mercury in the server's Python.".format(name))


def stub():
    """Stands for the package where it is not installed."""
    module = types.ModuleType("mercury")
    module.__getattr__ = missing
    module.App = App
    module.Md = module.Markdown = module.Note = show_markdown
    return module


def install(known):
    """`known`: JSON list of (kind, label, name of the input), in the order of the code."""
    try:
        import mercury
    except ImportError:
        mercury = sys.modules["mercury"] = stub()
    Widget.known = {}
    for kind, label, name in json.loads(known):
        Widget.known.setdefault((kind, label), []).append(name)
    for kind in KINDS:
        setattr(mercury, kind, type(kind, (Widget,), {"kind": kind}))
    setattr(mercury, UPLOAD, Upload)
