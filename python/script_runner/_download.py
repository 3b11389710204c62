"""`download`: a file for the viewer."""

import json
import os
import shutil

from ._announcement import announce, in_run
from ._csv import write_csv
from ._file_name import numbered_names, safe_name, split_name
from ._result import to_json
from ._table import is_missing, is_table, read_table
from ._workbook import write_workbook


def download(data, name=None, index=None):
    """Offers `data` under `name`; the name's ending says the format.

    - a table (pandas, polars, Arrow, Series, Styler, list of dicts): `.csv` (also when there is no ending), `.tsv`,
      `.xlsx`, `.json`, `.parquet`; a dict of tables makes the sheets of an `.xlsx`. `index`: write a pandas index or
      not; left out, it is written when it has a name or other labels than row numbers.
    - `pathlib.Path`: that file is copied; a `str` without a name is a path, too.
    - `bytes`, `str` or an open file: that content. A dict or list: JSON. A figure: what its `savefig` or `write_html`
    makes.

    In a run the file goes to the viewer; in plain Jupyter it is written into the working folder. Names that would
    leave the folder are made safe; a name used twice in a run gets a number.
    """
    if name is None:
        data, name = named(data)
    name = safe_name(name)
    if is_table(data) and not split_name(name)[1]:
        name += ".csv"
    writer = writer_for(data, name, index)
    folder = os.environ.get("SCRIPT_RUNNER_OUTPUT_DIR", ".") if in_run() else "."
    path = reserve(folder, name) if in_run() else os.path.join(folder, name)
    try:
        writer(path)
    except BaseException:
        if in_run():
            os.unlink(path)
        raise
    file = os.path.basename(path)
    announce(
        {"kind": "download", "file": file, "name": file}, ("Download: {}" if in_run() else "Saved {}").format(file)
    )


def named(data):
    """A path becomes (path, its own name); anything else needs a name."""
    if isinstance(data, str):
        data = PathText(data)
    if not isinstance(data, os.PathLike):
        raise TypeError("Give the download a name, for example download(table, 'sales.csv').")
    return data, os.path.basename(os.fspath(data))


class PathText(os.PathLike):
    """A path that was given as text."""

    def __init__(self, text):
        self.text = text

    def __fspath__(self):
        return self.text


def reserve(folder, name):
    """Creates an empty file with this name, or with the next free number, and returns its path."""
    os.makedirs(folder, exist_ok=True)
    for candidate in numbered_names(name):
        path = os.path.join(folder, candidate)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
            return path
        except FileExistsError:
            continue
    raise ValueError("There are too many downloads named {!r}.".format(name))


def writer_for(data, name, index):
    """Returns the function that writes the data to a path. Raises an error before any file is created if none fits."""
    suffix = split_name(name)[1].lower()
    if isinstance(data, os.PathLike):
        return lambda path: copy(os.fspath(data), path)
    if isinstance(data, str):
        return text_writer(data, suffix)
    if isinstance(data, (bytes, bytearray, memoryview)):
        return lambda path: write(path, bytes(data))
    if is_table(data):
        return table_writer(data, suffix, index)
    if hasattr(data, "savefig"):
        return lambda path: data.savefig(path, bbox_inches="tight", format=suffix[1:] or "png")
    if hasattr(data, "write_html") and suffix in (".html", ".htm"):
        return data.write_html
    if hasattr(data, "read"):
        return lambda path: write(path, content_of(data))
    if isinstance(data, dict) and suffix == ".xlsx" and data and all(is_table(sheet) for sheet in data.values()):
        return lambda path: write_workbook({key: read_table(sheet, index) for key, sheet in data.items()}, path)
    if isinstance(data, (dict, list, tuple)) and suffix == ".json":
        return lambda path: write(path, json_text(data))
    raise TypeError(
        "download() cannot write {} as {!r}. It takes a table, a pathlib.Path, text, bytes or a figure.".format(
            type(data).__name__, name
        )
    )


def table_writer(data, suffix, index):
    if suffix == ".csv":
        return lambda path: write_csv(read_table(data, index), path)
    if suffix in (".tsv", ".tab"):
        return lambda path: write_csv(read_table(data, index), path, "\t")
    if suffix == ".xlsx":
        return lambda path: write_workbook({"Sheet1": read_table(data, index)}, path)
    if suffix == ".json":
        return lambda path: write(path, json_text(records(read_table(data, index))))
    if suffix == ".parquet" and (hasattr(data, "to_parquet") or hasattr(data, "write_parquet")):
        return getattr(data, "to_parquet", None) or data.write_parquet
    raise ValueError("A table can be offered as .csv, .tsv, .xlsx, .json or .parquet, not as {!r}.".format(suffix))


def text_writer(text, suffix):
    """Text is content, never a path: it may come from a viewer, who must not choose files of the server."""
    if suffix and "\n" not in text and text.lower().endswith(suffix):
        raise ValueError(
            "{!r} looks like a path, but text given with a name is the file's content. "
            "To offer a file, give pathlib.Path({!r}).".format(text, text)
        )
    return lambda path: write(path, text)


def content_of(file):
    return file.getvalue() if hasattr(file, "getvalue") else file.read()


def write(path, content):
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    with open(path, "wb") as file:
        file.write(data)


def copy(source, path):
    if not os.path.isfile(source):
        raise FileNotFoundError("There is no file {!r} to download.".format(source))
    if os.path.abspath(source) != os.path.abspath(path):
        shutil.copyfile(source, path)


def records(table):
    return [
        {title: None if is_missing(value) else value for title, value in zip(table.header, row)} for row in table.rows
    ]


def json_text(data):
    return json.dumps(to_json(data), ensure_ascii=False, indent=1)
