"""Files of a run, for the server: their list, and their bytes in pieces."""

import base64
import json
import os
import stat
import sys
import zlib

# As the server: entries and folders in folders of the output folder.
ENTRIES = 20000
DEPTH = 8
# Has the tables that cells show; all else that is hidden stays here.
TABLES = ".tables"


class Place:
    """The private folder of this run, and the one of the files that were given to it, if any were."""

    folder = ""
    uploads = ""


class Text:
    """A text that is shown as it is."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


def shell():
    return sys.modules["IPython"].get_ipython()


def output():
    return os.path.join(Place.folder, "output")


def listing():
    """[path, size, stamp] of each plain file, as JSON; links are left out."""
    found = []
    walk(output(), [], found)
    return Text(json.dumps(found))


def walk(folder, names, found):
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if len(found) >= ENTRIES:
            return
        path = names + [entry.name]
        if entry.name.startswith(".") and path != [TABLES]:
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode) and len(path) <= DEPTH:
            walk(entry.path, path, found)
        elif stat.S_ISREG(status.st_mode):
            found.append(["/".join(path), status.st_size, "{}-{}".format(status.st_ino, status.st_mtime_ns)])


def receive(packed):
    """Appends pieces to files beside the script or, by an absolute path, to those that were given to the run: [path,
    permissions or None, bytes as base64] as packed JSON."""
    for path, mode, data in json.loads(zlib.decompress(base64.b64decode(packed)).decode("utf-8")):
        target = os.path.join(Place.folder, "work", path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "ab") as file:
            file.write(base64.b64decode(data))
        if mode is not None:
            os.chmod(target, mode)
    return Text("received")


def read(path, start, size):
    """`size` bytes from `start`, as base64; fewer at the end."""
    with open(os.path.join(output(), *path.split("/")), "rb") as source:
        source.seek(start)
        return Text(base64.b64encode(source.read(size)).decode("ascii"))
