"""Notices the tables that cells show, and writes each after it has been shown."""

import io
import json
import os

MIME = "application/vnd.script-runner+json"
# In the metadata of an output: the key of its table.
KEY = "script-runner-table"
FOLDER = ".tables"
# Has an entry while cells are executed for a snapshot: there is no run yet that could keep their tables.
IN_SNAPSHOT = []
# Of all tables of a snapshot: each of its kernels has them in memory until its run begins.
SNAPSHOT_BYTES = 64000000
ADVANCE = "its step was executed in advance, in a snapshot"
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
    return keeper


def is_frame(cls):
    return any(
        each.__name__ in FRAMES.get(str(each.__module__).partition(".")[0], ()) for each in getattr(cls, "__mro__", ())
    )


class Keeper:
    def __init__(self, shell, publish):
        self.shell, self.publish = shell, publish
        self.count = 0
        # The key, the table and the limits of the output that is about to be sent.
        self.shown = None
        # What a run is told of the tables that its snapshot has shown, each with what was written of it.
        self.waiting, self.left = [], SNAPSHOT_BYTES

    def note(self, frame, data, metadata):
        """The output's metadata with a key for the table; unchanged outside of runs that keep tables."""
        if IN_SNAPSHOT:
            return self.note_in_snapshot(frame, data, metadata)
        limits = os.environ.get("SCRIPT_RUNNER_TABLES")
        if not limits:
            return metadata
        self.count += 1
        self.shown = "t{}".format(self.count), frame, limits
        return dict(metadata or {}, **{KEY: self.shown[0]})

    def note_in_snapshot(self, frame, data, metadata):
        """Tables of other libraries than pandas are not read, as that may start threads: the server says at the output
        why there are no more rows than it shows."""
        limits = IN_SNAPSHOT[0]
        if not limits:
            return metadata
        self.count += 1
        key = "s{}".format(self.count)
        if is_pandas(frame) and self.count <= json.loads(limits)["count"]:
            self.shown = key, frame, limits
        elif not shows_all(frame, data):
            self.waiting.append(({"kind": "table", "key": key, "name": "", "problem": ADVANCE}, None))
        else:
            return metadata
        return dict(metadata or {}, **{KEY: key})

    def keep_in_snapshot(self, message, frame, limits):
        """Written at once, because the next line may change the table. Numbers as text: the secrets of the run are not
        known yet."""
        limits = dict(limits, bytes=min(limits["bytes"], self.left), numbers="text")
        content = io.BytesIO()
        message.update(written(frame, content, limits))
        self.left -= len(content.getbuffer())
        self.waiting.append((message, content.getvalue()))

    def give_to_run(self):
        """In a kernel that was forked from the snapshot and has just been given a run: what the snapshot has shown is
        kept with the run, if that keeps any. After the first cell: what is sent before it belongs to no cell."""
        shell, waiting, self.waiting = self.shell, self.waiting, []

        def give(_result=None):
            shell.events.unregister("post_run_cell", give)
            if not os.environ.get("SCRIPT_RUNNER_TABLES"):
                return
            for message, content in waiting:
                if "problem" not in message:
                    message = dict(message, file=FOLDER + "/" + message["key"])
                    try:
                        with open(path_of(message["key"]), "wb") as file:
                            file.write(content)
                    except OSError as error:
                        message["problem"] = str(error)[:300]
                self.publish({MIME: message})

        give.shows = True
        if waiting:
            shell.events.register("post_run_cell", give)

    def write(self, key=None):
        """Writes the table that was shown last, if it is the one with this key."""
        shown, self.shown = self.shown, None
        if shown is None or key not in (None, shown[0]):
            return
        key, frame, limits = shown
        message = {"kind": "table", "key": key, "name": self.name_of(frame)}
        try:
            if IN_SNAPSHOT:
                return self.keep_in_snapshot(message, frame, json.loads(limits))
            message.update(write_frame(frame, key, json.loads(limits)))
        except Exception as error:  # whatever a library or an object of the notebook raises
            message["problem"] = "{}: {}".format(type(error).__name__, error)[:300]
        if IN_SNAPSHOT:
            self.waiting.append((message, None))
        else:
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


def is_pandas(frame):
    return any(each.__module__.partition(".")[0] == "pandas" for each in type(frame).__mro__)


def shows_all(frame, data):
    try:
        return len(frame) < str(data.get("text/html")).count("<tr")
    except Exception:  # whatever a library raises
        return True


def write_frame(frame, key, limits):
    """Writes the table beside the downloads of the run; returns what the server is told of it."""
    if int(key[1:]) > limits["count"]:
        return {"problem": "more than {} tables were shown".format(limits["count"])}
    path = path_of(key)
    try:
        with open(path, "wb") as file:
            said = written(frame, file, limits)
        if "problem" in said:
            remove(path)
            return said
        return dict(said, file=FOLDER + "/" + key)
    except BaseException:
        remove(path)
        raise


def path_of(key):
    folder = os.path.join(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"], FOLDER)
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, key)


def written(frame, file, limits):
    """Writes the table into a file that is open; returns what is kept of it, or its problem."""
    from .bound import Excess, start
    from .frame import open_frame
    from .write import write_table

    try:
        limits = start(limits)
        return write_table(open_frame(frame, limits), file, limits)
    except Excess as excess:
        return {"problem": str(excess)}


def remove(path):
    if os.path.exists(path):
        os.unlink(path)
