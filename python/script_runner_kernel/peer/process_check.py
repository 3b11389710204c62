"""Distinguishes kernels from other clients by the processes that hold a connection open, if control groups cannot."""

import os
import time

from script_runner_kernel.peer.verdict import KERNEL, OTHER, UNKNOWN
from script_runner_kernel.process import process_names

LOOK_S = 2.0
# Browsers and proxies open many connections: recent clients are checked first.
RECENT = 8


def status_of(pid):
    """(parent, depth of its process namespace, counted from that of /proc), or None if it has ended."""
    parent, depth = 0, 1
    try:
        with open("/proc/%s/status" % pid) as file:
            for line in file:
                if line.startswith("PPid:"):
                    parent = int(line.split()[1])
                elif line.startswith("NSpid:"):
                    return parent, len(line.split()) - 1
    except OSError:
        return None
    return parent, depth


def open_targets(pid):
    """The targets of a process's descriptors; empty for one that may not be read."""
    folder = "/proc/%s/fd/" % pid
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        try:
            yield os.readlink(folder + name)
        except OSError:
            pass


class ProcessCheck:
    """A kernel may hide who holds its connection, but it cannot make a process outside all kernels hold it."""

    def __init__(self):
        self.uid, self.recent = os.geteuid(), []
        self.depth = (status_of("self") or (0, 1))[1]

    def peers(self, sockets, kernels):
        """The owner of each socket. kernels: processes from which all kernels descend. All are searched at once."""
        answers = [self.by_owner(found) for found in sockets]
        wanted = {"socket:[%d]" % found.inode: index for index, found in enumerate(sockets) if answers[index] is None}
        until = time.monotonic() + LOOK_S
        for pid in self.recent + [name for name in process_names() if name not in self.recent]:
            if not wanted or time.monotonic() > until:
                break
            for target in open_targets(pid):
                index = wanted.get(target)
                if index is None:
                    continue
                answers[index] = self.kind(pid, kernels)
                if answers[index] == OTHER:
                    del wanted[target]
                    self.recent = [pid] + [each for each in self.recent if each != pid][: RECENT - 1]
        return [answer or UNKNOWN for answer in answers]

    def by_owner(self, found):
        """None if the processes must be checked."""
        if found.inode == 0:
            return UNKNOWN  # closed by now, and whose it was is forgotten then
        # Kernels have the server's user. Only root's may become another: from a snapshot's cells, in a user namespace.
        return OTHER if found.uid != self.uid and self.uid != 0 else None

    def kind(self, pid, kernels):
        status = status_of(pid)
        if status is None:
            return UNKNOWN
        parent, depth = status
        seen = set()
        while parent > 0 and parent not in seen:
            if parent in kernels:
                return KERNEL
            seen.add(parent)
            above = status_of(parent)
            if above is None:
                return UNKNOWN
            parent = above[0]
        # If kernels have a process namespace, it is below the server's, and the system says so in one answer.
        return UNKNOWN if depth > self.depth else OTHER
