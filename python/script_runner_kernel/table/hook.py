"""Notices the tables that cells show, and writes each after it has been shown."""

import json
import os

MIME = "application/vnd.script-runner+json"
# In the metadata of an output: the key of its table.
KEY = "script-runner-table"
FOLDER = ".tables"
# Has an entry while cells are executed for a snapshot: there is no run yet that could keep their tables.
IN_SNAPSHOT = []
# By the library that defines the class, also where a subclass is another's.
FRAMES = {
    "modin": ("DataFrame", "Series"),
    "pandas": ("DataFrame", "Series", "Styler"),
    "polars": ("DataFrame", "Series"),
    "pyarrow": ("RecordBatch", "Table"),
}


def keep_tables(shell):
    """Wraps what formats and what sends an output. Cells without tables pay for one look at the class of what they
    show."""
    formatter, publisher, hook = shell.display_formatter, shell.display_pub, shell.displayhook
    form, publish, finish = formatter.format, publisher.publish, hook.finish_displayhook
    keeper = Keeper(shell, publish)

    def format_and_note(obj, *arguments, **options):
        data, metadata = form(obj, *arguments, **options)
        return data, keeper.note(obj, data, metadata) if data and is_frame(type(obj)) else metadata

    def publish_and_write(data, metadata=None, *arguments, **options):
        publish(data, metadata, *arguments, **options)
        keeper.write((metadata or {}).get(KEY))

    def finish_and_write():
        finish()
        keeper.write()

    formatter.format, publisher.publish, hook.finish_displayhook = format_and_note, publish_and_write, finish_and_write


def is_frame(cls):
    return any(
        each.__name__ in FRAMES.get(str(each.__module__).partition(".")[0], ()) for each in getattr(cls, "__mro__", ())
    )


class Keeper:
    def __init__(self, shell, publish):
        self.shell, self.publish = shell, publish
        self.count = 0
        # The key and the table of the output that is about to be sent.
        self.shown = None

    def note(self, frame, data, metadata):
        """The output's metadata with a key for the table; unchanged outside of runs that keep tables."""
        if IN_SNAPSHOT:
            return self.note_unkept(frame, data, metadata)
        limits = os.environ.get("SCRIPT_RUNNER_TABLES")
        if not limits:
            return metadata
        self.count += 1
        self.shown = "t{}".format(self.count), frame, limits
        return dict(metadata or {}, **{KEY: self.shown[0]})

    def note_unkept(self, frame, data, metadata):
        """The server says at the output why there are no more rows than it shows."""
        try:
            if len(frame.data if type(frame).__name__ == "Styler" else frame) < str(data.get("text/html")).count("<tr"):
                return metadata
        except Exception:  # whatever a library raises
            return metadata
        self.count += 1
        return dict(metadata or {}, **{KEY: "s{}".format(self.count)})

    def write(self, key=None):
        """Writes the table that was shown last, if it is the one with this key."""
        shown, self.shown = self.shown, None
        if shown is None or key not in (None, shown[0]):
            return
        key, frame, limits = shown
        message = {"kind": "table", "key": key, "name": self.name_of(frame)}
        try:
            message.update(write_frame(frame, key, json.loads(limits)))
        except Exception as error:  # whatever a library or an object of the notebook raises
            message["problem"] = "{}: {}".format(type(error).__name__, error)[:300]
        self.publish({MIME: message})

    def name_of(self, frame):
        """The caption of a styled table, else the variable that holds the table, else the name of a series; "" if there
        is none."""
        caption = getattr(frame, "caption", None) if type(frame).__name__ == "Styler" else None
        if isinstance(caption, tuple):
            caption = caption[0]
        if isinstance(caption, str) and caption.strip():
            return caption.strip()[:200]
        held = [frame, getattr(frame, "data", None)] if type(frame).__name__ == "Styler" else [frame]
        hidden = self.shell.user_ns_hidden
        for each in held:
            for name, value in list(self.shell.user_ns.items()):
                if value is each and not name.startswith("_") and name not in hidden:
                    return name
        title = getattr(frame, "name", None)  # of a series
        return title if isinstance(title, str) else ""


def write_frame(frame, key, limits):
    """Writes the table beside the downloads of the run; returns what the server is told of it."""
    from .bound import Excess, start
    from .frame import open_frame
    from .write import write_table

    if int(key[1:]) > limits["count"]:
        return {"problem": "more than {} tables were shown".format(limits["count"])}
    folder = os.path.join(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"], FOLDER)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, key)
    try:
        limits = start(limits)
        return dict(write_table(open_frame(frame, limits), path, limits), file=FOLDER + "/" + key)
    except Excess as excess:
        remove(path)
        return {"problem": str(excess)}
    except BaseException:
        remove(path)
        raise


def remove(path):
    if os.path.exists(path):
        os.unlink(path)
