"""Forks into a new process namespace, without a process between that only makes it."""

import functools
import os

from script_runner_kernel.process import own_name
from script_runner_kernel.sandbox.namespace import enter_namespaces, join_namespace, unshare
from script_runner_kernel.system import linux


@functools.lru_cache(maxsize=None)
def own_namespace():
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def can_make(wanted):
    """Whether the first process of a new process namespace can make the other wanted ones for itself. An ordinary user
    cannot: each kernel has a user namespace around all others."""
    return linux and "pid" in wanted and os.getuid() == 0 and is_allowed(tuple(wanted))


@functools.lru_cache(maxsize=None)
def is_allowed(wanted):
    """Tries it in a process of its own."""
    try:
        own_namespace()
    except OSError:
        return False
    if own_name() != os.getpid():  # the child could not tell by which number the server sees it
        return False
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            enter_namespaces(["pid"])
            join_namespace(own_namespace(), "pid")
            code = 0 if enter_namespaces(list(wanted)) else 1
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def fork():
    """As os.fork, but the child is the first process of a new process namespace."""
    own = own_namespace()
    unshare(["pid"])
    try:
        pid = os.fork()
    except OSError:
        join_namespace(own, "pid")
        raise
    if pid != 0:
        join_namespace(own, "pid")
    return pid
