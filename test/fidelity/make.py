"""
Makes the notebooks of this folder: executes each program of make/ in a real kernel and keeps what came out.

    python make.py [NAME ...]        all of them without a name

Needs the packages of requirements.txt; the kernels `ir` (R with IRkernel, ggplot2, dplyr, data.table), `deno` and `bash` for the
programs of other languages, and the program `dot` for graphviz. README.md says how to get them.

A program is cells between lines of `%%` in a comment, as in make/stream-ansi.py. Its first line says what it shows.
`%% [markdown]`, `%% [raw]` and `%% tags=["a"] metadata={...}` are as in other notebooks in the percent format.
"""

import base64
import gzip
import json
import os
import re
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import nbformat
import nbformat.v4.nbbase
from nbclient import NotebookClient

HERE = Path(__file__).parent
MAKE = HERE / "make"
NOTEBOOKS = HERE / "notebook"
KERNELS = {".py": "python3", ".R": "ir", ".js": "deno", ".sh": "bash"}
# Larger notebooks, which contain a library, are stored compressed.
PLAIN_BYTES = 200_000
VERSIONS = (
    "import sys as _s, json as _j\nfrom importlib import metadata as _m\n"
    "_t = {n.split('.')[0] for n in list(_s.modules)}\n"
    "_d = {d for n, ds in _m.packages_distributions().items() if n in _t for d in ds}\n"
    "_s.stdout.write(_j.dumps({d: _m.version(d) for d in sorted(_d)}) + chr(10))"
)


def cells_of(text):
    """The cells of a program in percent format, as (type, metadata, source)."""
    mark = re.compile(r"^(?:#|//) %%[ \t]*(\[(markdown|raw)\])?[ \t]*(.*)$", re.M)
    found = list(mark.finditer(text))
    for here, after in zip(found, found[1:] + [None]):
        source = text[here.end() : after.start() if after else len(text)].strip("\n")
        if here[2]:
            source = re.sub(r"^(?:#|//) ?", "", source, flags=re.M)
        options = here[3]
        data = {}
        if tags := re.search(r"tags=(\[[^\]]*\])", options):
            data["tags"] = json.loads(tags[1])
        if more := re.search(r"metadata=(\{.*\})", options):
            data.update(json.loads(more[1]))
        yield here[2] or "code", data, source


def notebook_of(path):
    text = path.read_text()
    book = nbformat.v4.new_notebook()
    book.metadata["kernelspec"] = {"name": KERNELS[path.suffix], "display_name": KERNELS[path.suffix]}
    for number, (kind, data, source) in enumerate(cells_of(text)):
        make = {
            "markdown": nbformat.v4.new_markdown_cell,
            "raw": nbformat.v4.new_raw_cell,
            "code": nbformat.v4.new_code_cell,
        }
        cell = make[kind](source, metadata=data, id=f"cell-{number}")
        if kind == "markdown" and "picture:" in source:
            cell.attachments = {
                "picture.png": {"image/png": base64.b64encode((MAKE / "picture.png").read_bytes()).decode()}
            }
            cell.source = source.replace("picture:", "attachment:picture.png")
        book.cells.append(cell)
    return book


def versions_in(client):
    if client.kernel_name != "python3":
        return {"kernel": client.kc.kernel_info(reply=True, timeout=30)["content"]["implementation_version"]}
    client.nb.cells.append(nbformat.v4.new_code_cell(VERSIONS))
    cell = client.execute_cell(client.nb.cells[-1], len(client.nb.cells) - 1, store_history=False)
    client.nb.cells.pop()
    found = json.loads("".join(o.text for o in cell.outputs if o.get("name") == "stdout"))
    wanted = {line.split("==")[0].lower() for line in (HERE / "requirements.txt").read_text().splitlines()}
    return {name: version for name, version in found.items() if name.lower() in wanted}


def make(path):
    book = notebook_of(path)
    cells = book.cells
    client = NotebookClient(book, timeout=120, kernel_name=KERNELS[path.suffix], allow_errors=True)
    # A folder of its own: modules must not be found among the programs.
    folder = tempfile.mkdtemp()
    shutil.copy(MAKE / "picture.png", folder)
    client.resources = {"metadata": {"path": folder}}
    with client.setup_kernel():
        client.reset_execution_trackers()
        for index, cell in enumerate(cells):
            client.execute_cell(cell, index)
        client.set_widgets_metadata()
        info = client.wait_for_reply(client.kc.kernel_info())
        book.metadata["language_info"] = info["content"]["language_info"]
        made = {info["content"]["implementation"]: info["content"]["implementation_version"]}
        if path.suffix == ".py":
            made.update(versions_in(client))
            made.pop("IPython", None)
    shutil.rmtree(folder)
    for cell in cells:
        cell.metadata.pop("execution", None)
    shows = re.match(r"(?:#|//) shows: (.*)", path.read_text())[1]
    book.metadata["fidelity"] = {"shows": shows, "made_with": made}
    keep(path.stem, shaped(path.stem, book))
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                print(f"{path.name}: {output.ename}: {output.evalue}", file=sys.stderr)


def shaped(name, book):
    """Two notebooks are kept in older forms of the file."""
    if name == "nbformat-3":
        kept = book.metadata["fidelity"]
        old = nbformat.convert(book, 3)
        old.metadata["fidelity"] = kept
        return old
    if name == "nbformat-4-0":
        for cell in book.cells:
            cell.pop("id", None)
        book.nbformat_minor = 0
    return book


def keep(name, book):
    text = json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    # Warnings name the files of the libraries.
    text = text.replace(sys.prefix, "/home/author/venv")
    for old in NOTEBOOKS.glob(f"{name}.ipynb*"):
        old.unlink()
    if len(text) <= PLAIN_BYTES:
        (NOTEBOOKS / f"{name}.ipynb").write_text(text)
    else:
        (NOTEBOOKS / f"{name}.ipynb.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def main():
    # Altair 6 sends a type of JSON whose name does not end in +json, which the schema of notebooks does not know.
    nbformat.v4.nbbase.validate = lambda *_, **__: None
    NOTEBOOKS.mkdir(exist_ok=True)
    # No program may depend on the folder or the time zone of whoever makes it.
    os.environ.update(TZ="UTC", PYDEVD_DISABLE_FILE_VALIDATION="1", PYTHONHASHSEED="0")
    wanted = set(sys.argv[1:])
    for path in sorted(p for p in MAKE.iterdir() if p.suffix in KERNELS):
        if not wanted or path.stem in wanted:
            print(path.stem, metadata.version("nbclient"), flush=True)
            try:
                make(path)
            except Exception as error:
                print(f"{path.name}: {error!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
