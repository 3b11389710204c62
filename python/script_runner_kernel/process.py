"""Processes: who descends from whom, who has ended, what the machine has killed."""

import os
import signal


def oom_kills():
    """How many processes the machine has killed for lack of memory so far."""
    try:
        with open("/proc/vmstat") as file:
            for line in file:
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def process_names():
    """The names of all processes in /proc; [] where there is none."""
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def own_name():
    """The pid of this process as /proc has it: that may be another namespace's, where it could not be mounted anew."""
    try:
        return int(os.readlink("/proc/self"))
    except OSError:
        return os.getpid()


def threads_below(pid, itself=False):
    """The number of threads by process, of all below pid by the parent column of /proc, and of pid itself where that is
    wanted;
    0 for one that has ended and was not asked for yet."""
    children, threads = {}, {}
    for name in process_names():
        try:
            with open("/proc/%s/stat" % name, "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        count = int(fields[17])
        # The state is that of the first thread, which may end before the others.
        threads[int(name)] = 0 if fields[0] == b"Z" and count < 2 else count
        children.setdefault(int(fields[1]), []).append(int(name))
    found, todo = {pid: threads[pid]} if itself and pid in threads else {}, [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            found[child] = threads[child]
            todo.append(child)
    return found


def descendants(pid):
    """All living processes below pid."""
    return [each for each, threads in threads_below(pid).items() if threads]


def stop_all(pid):
    """Halts all processes below pid, so that none of them can make another, and returns them."""
    stopped = set()
    while True:
        fresh = set(descendants(pid)) - stopped
        if not fresh:
            return stopped
        for each in fresh:
            try:
                os.kill(each, signal.SIGSTOP)
            except (ProcessLookupError, PermissionError):
                pass
        stopped |= fresh


def reap_children():
    """Status by pid of the children that have ended."""
    ended = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status


def detach(path, kept=()):
    """In a fork: nothing of its parent is open any more but the error stream and what is kept; answers the descriptor
    of a connection to the socket."""
    import socket

    os.setsid()
    link = socket.socket(socket.AF_UNIX)
    link.connect(path)
    descriptor = link.detach()
    null = os.open(os.devnull, os.O_RDWR)
    for own in (0, 1):
        os.dup2(null, own)
    signal.set_wakeup_fd(-1)
    low = 3
    for own in sorted([descriptor, *kept]):
        os.closerange(low, own)
        low = own + 1
    os.closerange(low, 1024)
    return descriptor
