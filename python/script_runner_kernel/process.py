"""Processes: their ancestry, which have ended, and which the machine has killed."""

import contextlib
import os
import signal

from script_runner_kernel.proc import is_ending, stat_of
from script_runner_kernel.system import libc


def oom_kills():
    """How many processes the machine has killed so far because memory ran out."""
    try:
        with open("/proc/vmstat") as file:
            for line in file:
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def process_names():
    """The names of all processes in /proc; [] if there is none."""
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def own_name():
    """The pid of this process in /proc, which may be another namespace's if /proc could not be mounted again."""
    try:
        return int(os.readlink("/proc/self"))
    except OSError:
        return os.getpid()


def interrupt_nobody():
    """This process and its forks go on with what wakes them only when a processor is free or the time slice of whoever
    has it is over. Otherwise Linux may let the woken process have the processor of whoever woke it at once, and the
    server would stand still where it sends something to a kernel, although another processor is free. Does nothing
    where that cannot be said, or whoever started the server has chosen something else."""
    try:
        if os.sched_getscheduler(0) == os.SCHED_OTHER:
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    except (AttributeError, OSError):
        pass


@contextlib.contextmanager
def waking_here(pid):
    """Whoever waits and is woken in this block goes on on the processor that the caller will leave next. Linux may
    choose the one on which it went to sleep, although the server has that now: it would wait there beside a free one."""
    allowed = None
    try:
        allowed = os.sched_getaffinity(pid)
        os.sched_setaffinity(pid, {libc.sched_getcpu()})
    except (AttributeError, OSError, ValueError):  # not Linux, or it has ended
        pass
    try:
        yield
    finally:
        if allowed:
            try:
                os.sched_setaffinity(pid, allowed)
            except OSError:
                pass


def threads_below(pid, itself=False):
    """The number of threads by process, of all below pid by the parent column of /proc, and of pid itself if requested;
    0 for one that has ended and was not waited for yet."""
    children, threads = {}, {}
    for name in process_names():
        try:
            state, parent, count, _ = stat_of("/proc/" + name)
        except OSError:
            continue
        # The state is that of the first thread, which may end before the others.
        threads[int(name)] = 0 if state == b"Z" and count < 2 else count
        children.setdefault(parent, []).append(int(name))
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
    """Halts all processes below pid, so that none of them can create another, and returns them."""
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


def are_ending(processes):
    """Whether no thread of these processes of /proc will execute anything more. If this is so for all that there are in
    a namespace, none can be started any more."""
    for pid in processes:
        threads = "/proc/%d/task/" % pid
        try:
            if not all(is_ending(threads + each) for each in os.listdir(threads)):
                return False
        except OSError:  # it is gone
            pass
    return True


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
    """In a fork: closes everything of its parent except the error stream and what is kept; returns the descriptor of a
    connection to the socket."""
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
