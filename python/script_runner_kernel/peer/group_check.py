"""Distinguishes kernels from other clients by the control group (version 2) in which a socket was made.

A socket keeps the group of the process that made it, whoever holds it later, and also when nobody does. A kernel cannot
leave its group: it sees control groups read-only, and the calls that work without them are refused (see
call_filter.py).
"""

import os
import socket

from script_runner_kernel.peer.verdict import KERNEL, OTHER, UNKNOWN
from script_runner_kernel.sandbox.folder import is_below
from script_runner_kernel.system import linux_since

# In older versions, the groups of version 1 that mark network traffic could replace the requested one.
SINCE = (5, 15)
MOST_GROUPS = 20000
PROBE_S = 2.0


class GroupCheck:
    """folder: the group of all kernels; name: the prefix of the names of this server's groups."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.root = folder
        while not os.path.ismount(self.root):
            self.root = os.path.dirname(self.root)
        self.paths = {}

    def works(self, diag):
        """Whether the system reports the group of a connection; tested by really making both."""
        if not linux_since(*SINCE):
            return False
        path = os.path.join(self.folder, self.name + ".0")
        try:
            os.mkdir(path)
        except OSError:
            return False
        try:
            return group_of_member(diag, path) == os.stat(path).st_ino
        except OSError:
            return False
        finally:
            os.rmdir(path)

    def peer(self, found):
        path = None if found.group is None else self.path_of(found.group)
        if path is None:
            return UNKNOWN
        if not is_below(path, self.folder):
            return OTHER
        # A kernel of another server is not refused outright: it may have been given a token of this one.
        return KERNEL if os.path.basename(path).startswith(self.name + ".") else UNKNOWN

    def path_of(self, group):
        """None for a group that no longer exists: its owner is unknown. Numbers of groups are never reused."""
        if group not in self.paths:
            self.paths = {}
            for folder, _, _ in os.walk(self.root):
                try:
                    self.paths[os.stat(folder).st_ino] = folder
                except OSError:  # removed meanwhile
                    pass
                if len(self.paths) >= MOST_GROUPS:
                    break
        return self.paths.get(group)


def group_of_member(diag, path):
    """The group that the system reports for a connection of a process in the group `path`."""
    with socket.socket() as listener:
        listener.settimeout(PROBE_S)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        server = listener.getsockname()
        pid = os.fork()
        if pid == 0:
            listener.close()  # or it would wait for a parent that was killed
            connect_from(path, server)
        try:
            with listener.accept()[0] as connection:
                found = diag.find(connection.getpeername(), server)
                return found.group if found else None
        finally:
            os.waitpid(pid, 0)


def connect_from(path, server):
    """In a child: joins the group, connects, and ends when the other side has closed."""
    try:
        with open(os.path.join(path, "cgroup.procs"), "w") as file:
            file.write("0")
        socket.create_connection(server, PROBE_S).recv(1)
    finally:
        os._exit(0)
