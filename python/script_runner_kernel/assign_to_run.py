"""Turns a waiting kernel into the kernel of one run."""

import json
import os
import socket
import time

# Called when the kernel has taken the run.
AFTERWARDS = []


def wait_for_run(path):
    """Inside of a request, so that nothing but the run is needed any more: waits until the server says over the socket
    which run
    that is (JSON: directory, environment), and ends when the kernel is that run's."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        said = b"".join(iter(lambda: link.recv(65536), b""))
    if said:
        adopt(json.loads(said))


def adopt(run):
    os.environ.update(run["environment"])
    if hasattr(time, "tzset"):
        time.tzset()
    os.chdir(run["directory"])
    for step in AFTERWARDS:
        step()
