"""Turns a waiting kernel into the kernel of one run."""

import json
import os
import socket
import time

from IPython import get_ipython

from script_runner_kernel.plain_cell import execute_plain

# Called before the kernel touches the folders of its run, and when it has taken the run.
BEFORE, AFTERWARDS = [], []


def wait_for_run(path):
    """Runs inside a request, so that only the run itself is still missing: waits until the server sends the run over
    the socket (JSON: directory, environment, params: its values as a file, cells: sources of its first cells), and
    answers when the kernel is assigned to that run and has executed those of the cells that are plain: a line of JSON,
    what `execute_plain` returns. The run's own requests can be on their way meanwhile."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        said = b"".join(iter(lambda: link.recv(65536), b""))
        if said:
            run = json.loads(said)
            assign_to_run(run)
            execute_behind(run.get("cells"), link.dup())


def execute_behind(sources, link):
    """Executes the cells when this request has ended, as those of the next requests would be; answers on the link."""
    shell = get_ipython()
    kernel = getattr(shell, "kernel", None)

    def execute(sources):
        with link:
            link.sendall(json.dumps(execute_plain(shell, sources)).encode() + b"\n")

    if sources and hasattr(kernel, "behind"):
        kernel.behind = lambda: execute(sources)
    else:
        execute([])


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


def assign_to_run(run):
    for step in BEFORE:
        step()
    write_params(**run["params"])
    os.environ.update(run["environment"])
    if hasattr(time, "tzset"):
        time.tzset()
    os.chdir(run["directory"])
    for step in AFTERWARDS:
        step()
