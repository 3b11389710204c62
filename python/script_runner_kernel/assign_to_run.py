"""Turns a waiting kernel into the kernel of one run."""

import json
import os
import socket
import time

from IPython import get_ipython

from script_runner_kernel.plain_cell import execute_plain

# Called before the kernel touches the folders of its run, and when it has taken the run.
BEFORE, AFTERWARDS = [], []


class FirstCells:
    """Number of those that came with the run and have not been executed."""

    left = 0


def wait_for_run(path):
    """Runs inside a request, so that only the run itself is still missing: waits until the server sends the run over
    the socket (JSON: directory, environment, params: its values as a file, cells: sources of its first cells), and
    answers when the kernel is assigned to that run and has executed those of the cells that are plain: a line of JSON,
    what `execute_plain` returns. The run's own requests can be on their way while this one ends."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        # to be woken once, by whoever prepares the folders, and not by the server at the same time
        await_folders()
        said = b"".join(iter(lambda: link.recv(65536), b""))
        if said:
            run = json.loads(said)
            assign_to_run(run)
            shell = get_ipython()
            cells = run.get("cells") or ()
            done = execute_plain(shell, cells)
            FirstCells.left = len(cells) - len(done or ())
            if done:
                keep_last_result(shell)
            link.sendall(json.dumps(done).encode() + b"\n")


def has_left_cells():
    return FirstCells.left > 0


def keep_last_result(shell):
    """The request itself is no cell of the run: when it ends, the last result is still that of a cell."""
    last = shell.last_execution_result

    def restore():
        shell.last_execution_result = last
        shell.events.unregister("post_execute", restore)

    shell.events.register("post_execute", restore)


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
