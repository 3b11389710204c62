"""Turns a waiting kernel into the kernel of one run."""

import json
import os
import socket
import time

from script_runner_kernel.plain_cell import execute_plain, warm_up_plain

# Called before the kernel touches the folders of its run, and when it has taken the run.
BEFORE, AFTERWARDS = [], []


class FirstCells:
    """Number of those that came with the run and have not been executed."""

    left = 0


def take_run(path, shell):
    """Waits until the server says over the socket which run it is: a line of JSON (directory, environment, params: its
    values as a file, cells: sources of its first cells). Answers when the kernel is assigned to that run and has
    executed those of the cells that are plain: a line of JSON, what `execute_plain` returns. Returns the request of the
    cell behind them, a further line, where the server says it; None: it comes in the usual way."""
    with socket.socket(socket.AF_UNIX) as link, link.makefile("rb") as said:
        link.connect(path)
        warm_up_plain(shell)
        # to be woken once, by whoever prepares the folders, and not by the server at the same time
        await_folders()
        order = said.readline()
        if not order:
            return None
        run = json.loads(order)
        assign_to_run(run)
        cells = run.get("cells") or ()
        done = execute_plain(shell, cells)
        FirstCells.left = len(cells) - len(done or ())
        link.sendall(json.dumps(done).encode() + b"\n")
        request = said.readline()
        return json.loads(request) if request else None


def has_left_cells():
    return FirstCells.left > 0


def write_params(file, text):
    """Never through a link: whatever is in the file's place is removed."""
    try:
        os.unlink(file)
    except FileNotFoundError:
        pass
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)


def check_folder(run):
    """Throws OSError if the kernel could not enter it. Until its own start is over it must not: modules that this needs
    would be looked for there."""
    own = os.getcwd()
    os.chdir(run["directory"])
    os.chdir(own)


def await_folders():
    for step in BEFORE:
        step()


def assign_to_run(run):
    await_folders()
    write_params(**run["params"])
    os.environ.update(run["environment"])
    if hasattr(time, "tzset"):
        time.tzset()
    os.chdir(run["directory"])
    for step in AFTERWARDS:
        step()
