"""Makes a kernel of a gateway the kernel of one run. The server sends this text: nothing of the project is installed
there."""

import atexit
import os
import shutil
import sys
import tempfile
import time


def start(order):
    """`order`: modules and files (texts by path), environment, params (JSON as text), link (a path of the server that
    stands for the folder of connections), folder (of the script, below that of its files), uploads (absolute: a folder
    to make for the files that are given to the run, or empty), keeps_tables."""
    folder = tempfile.mkdtemp(prefix="script-runner-")
    places = {name: os.path.join(folder, name) for name in ("modules", "link", "output", "work")}
    for place in places.values():
        os.mkdir(place, 0o700)
    for path, text in order["modules"].items():
        write(os.path.join(places["modules"], *path.split("/")), text)
    for name, text in order["files"].items():
        write(os.path.join(places["link"], os.path.basename(name)), text)
    params = os.path.join(folder, "params.json")
    write(params, order["params"])
    given = {name: places["link"] if value == order["link"] else value for name, value in order["environment"].items()}
    os.environ.update(given, SCRIPT_RUNNER_OUTPUT_DIR=places["output"], SCRIPT_RUNNER_PARAMS_FILE=params)
    # programs that the notebook starts may import the modules, too
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = places["modules"] + (os.pathsep + known if known else "")
    sys.path.insert(0, places["modules"])
    if hasattr(time, "tzset"):
        time.tzset()
    work = os.path.join(places["work"], *order["folder"].split("/"))
    os.makedirs(work, exist_ok=True)
    os.chdir(work)

    from script_runner_kernel.gateway import file
    from script_runner_kernel.gateway.start import remove  # this text is no module

    file.Place.folder = folder
    atexit.register(remove)
    if order["uploads"]:
        # fails if it is there: another user may have made it
        os.mkdir(order["uploads"], 0o700)
        file.Place.uploads = order["uploads"]
    if order["keeps_tables"]:
        from script_runner_kernel.table.hook import keep_tables

        keep_tables(file.shell())
    return file.Text("ready")


def write(path, text):
    """Only this user can read it."""
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
        target.write(text)


def remove():
    from script_runner_kernel.gateway import file

    os.chdir(os.path.expanduser("~"))
    for folder in filter(None, (file.Place.folder, file.Place.uploads)):
        shutil.rmtree(folder, ignore_errors=True)


def end_program():
    """Ends what the program's end would end; the files of the run stay until they have been fetched."""
    from script_runner_kernel.program_end import end

    atexit.unregister(remove)
    try:
        end()
    finally:
        atexit.register(remove)
