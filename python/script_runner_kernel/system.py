"""Functions that Python lacks: calls of the C library, by name."""

import ctypes
import os
import re
import sys

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
OPEN_TREE, MOVE_MOUNT, PIDFD_SEND_SIGNAL, PIDFD_OPEN = 428, 429, 424, 434
MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV, MS_NOEXEC = 4096, 16384, 1 << 18, 2, 4, 8

linux = sys.platform == "linux"
libc = ctypes.CDLL(None, use_errno=True)


def linux_since(*version):
    """Whether this is Linux of that version, (major, minor), or later."""
    numbers = re.match(r"(\d+)\.(\d+)", os.uname().release) if linux else None
    return bool(numbers) and tuple(map(int, numbers.groups())) >= version


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))


def mount(source, target, kind, flags, data=""):
    encoded = [part.encode("utf-8", "surrogateescape") for part in (source, target, kind, data)]
    check(libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]), "mount " + target)


def call(number, what, *arguments):
    """A system call that the C library may not know yet; returns its result."""
    result = libc.syscall(number, *arguments)
    if result < 0:
        check(result, what)
    return result


def copy_tree(path):
    """A descriptor of a copy of the folder with everything mounted below it, to be attached anywhere (Linux 5.2)."""
    clone_recursive_close_on_exec = ctypes.c_uint(1 | 0x8000 | 0x80000)
    return call(OPEN_TREE, "copy " + path, -100, path.encode("utf-8", "surrogateescape"), clone_recursive_close_on_exec)


def attach_tree(tree, path):
    """Mounts the copy there, and closes its descriptor."""
    call(MOVE_MOUNT, "attach " + path, tree, b"", -100, path.encode("utf-8", "surrogateescape"), 4)
    os.close(tree)
