"""When the process of a snapshot may run: only while it forks one kernel. Everything else that its code has started is
killed.

The code of the first cells may start processes at any time, also after its cells were inspected, and it may have
changed anything in the process that forks. Processes are recognised here by their namespaces, which they cannot change:
no process can enter the supervisor's mounts, nor an existing process namespace (see call_filter.py).
"""

import fcntl
import os
import signal
import time

from script_runner_kernel.proc import stat_of
from script_runner_kernel.snapshot.clone_check import check_snapshot, hide_processes

# Halting one process and killing others takes milliseconds.
HOLD_S = 2.0
PAUSE_S = 0.0005
NS_GET_PARENT = 0xB702


def namespace(pid, kind):
    """Its name. Throws if the process is gone."""
    return os.readlink("/proc/%s/ns/%s" % (pid, kind))


def is_stopped(pid):
    """Whether none of its threads runs. Throws if it is gone."""
    folder = "/proc/%d/task/" % pid
    return all(stat_of(folder + name)[0] in b"TtZX" for name in os.listdir(folder))


def is_within(pid, names, own):
    """Whether its process namespace is one of these, or below one."""
    descriptor = os.open("/proc/%d/ns/pid" % pid, os.O_RDONLY)
    try:
        while True:
            name = "pid:[%d]" % os.fstat(descriptor).st_ino
            if name in names or name == own:
                return name in names
            parent = fcntl.ioctl(descriptor, NS_GET_PARENT)
            os.close(descriptor)
            descriptor = parent
    finally:
        os.close(descriptor)


def stray_processes(exempt, clones, dead):
    """Processes that are neither exempt, nor a supervisor or its helper, nor in a clone. clones: names of their process
    namespaces. dead: those that have ended but were still listed at the last look. The second result is False if one
    has ended meanwhile: it may have left another that is not listed."""
    mounts, processes = namespace("self", "mnt"), namespace("self", "pid")
    found, is_whole, ended = [], True, set()
    for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
        if pid == 1 or pid in exempt:
            continue
        try:
            state, parent, threads, _ = stat_of("/proc/%d" % pid)
            if state in b"ZX" and threads < 2:
                ended.add(pid)
            elif is_within(pid, clones, processes):
                continue
            elif state in b"ZX":  # only its first thread has ended
                found.append(pid)
            elif namespace(pid, "mnt") != mounts and (parent == 1 or namespace(parent, "mnt") != mounts):
                found.append(pid)
        except (FileNotFoundError, ProcessLookupError):
            is_whole = False
    is_whole = is_whole and ended <= dead
    dead.clear()
    dead.update(ended)
    return found, is_whole


class ForkTurns:
    """Shared by the supervisors of one snapshot's clones. `record` is a file in memory that all of them have open: a
    line for each clone, and a lock."""

    def __init__(self, snapshot):
        self.snapshot = snapshot
        self.record = os.memfd_create("clones")

    def begin(self):
        """Waits for its turn, then lets the snapshot's process continue, so that it forks. Throws OSError, as `end`."""
        fcntl.lockf(self.record, fcntl.LOCK_EX)
        try:
            self.hold()
            if os.fstat(self.record).st_size == 0:
                check_snapshot(self.snapshot)
                hide_processes(self.snapshot)
                os.pwrite(self.record, b"\n", 0)
            os.kill(self.snapshot, signal.SIGCONT)
        except OSError:
            fcntl.lockf(self.record, fcntl.LOCK_UN)
            raise

    def end(self, first=0):
        """Halts the snapshot's process: from now on only clones run. first: the first process of the new one, which is
        then halted and alone; 0 if there is none."""
        try:
            if first:
                os.kill(first, signal.SIGSTOP)
            self.hold(first)
            if first:
                self.add(first)
        finally:
            fcntl.lockf(self.record, fcntl.LOCK_UN)

    def hold(self, first=0):
        until, dead = time.monotonic() + HOLD_S, set()
        while True:
            os.kill(self.snapshot, signal.SIGSTOP)
            was_stopped = is_stopped(self.snapshot) and (not first or is_stopped(first))
            found, is_whole = stray_processes({self.snapshot, first}, self.clones(), dead)
            for pid in found:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if was_stopped and is_whole and not found:
                return
            if time.monotonic() > until:
                raise OSError("The cells of the snapshot have left processes that do not end.")
            time.sleep(PAUSE_S)

    def lines(self):
        """Of the living clones."""
        kept = []
        for line in os.pread(self.record, os.fstat(self.record).st_size, 0).split(b"\n"):
            try:
                state, _, _, start = stat_of("/proc/%d" % int(line.split()[0])) if line else (b"X", 0, 0, b"")
            except OSError:
                continue
            if state not in b"ZX" and start == line.split()[1]:
                kept.append(line)
        return kept

    def clones(self):
        return {line.split()[2].decode() for line in self.lines()}

    def add(self, first):
        line = b"%d %s %s" % (first, stat_of("/proc/%d" % first)[3], namespace(first, "pid").encode())
        text = b"\n" + b"\n".join([*self.lines(), line])
        os.ftruncate(self.record, 0)
        os.pwrite(self.record, text, 0)
