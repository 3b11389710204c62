"""Inspects a snapshot's process and its clones from outside: they may hold nothing by which one could reach another.

The code of the first cells may have changed anything in these processes, so they are not asked.
"""

import ctypes
import os
import socket
import stat
import struct

from script_runner_kernel.sandbox.folder import is_below
from script_runner_kernel.sandbox.mount_view import process_folders
from script_runner_kernel.sandbox.namespace import join_namespace
from script_runner_kernel.system import MS_NODEV, MS_NOEXEC, MS_NOSUID, PIDFD_OPEN, call, libc, mount

PIDFD_GETFD = 438
PROC_SUPER_MAGIC = 0x9FA0
NULL = os.makedev(1, 3)


class Reachable(OSError):
    def __init__(self, what):
        super().__init__("The process of the snapshot has %s, by which runs could reach each other." % what)


def is_on_proc(path):
    buffer = ctypes.create_string_buffer(256)
    if libc.statfs(path.encode(), buffer) != 0:
        return True
    return struct.unpack_from("l", buffer)[0] == PROC_SUPER_MAGIC


def open_files(pid):
    """(number, description) of each open file."""
    folder = "/proc/%d/fd/" % pid
    return [(int(name), os.stat(folder + name)) for name in os.listdir(folder)]


def check_sockets(pid, numbers, peer):
    """At most one, connected to the process; 0: to one outside the snapshot's namespace. Others could contain open
    files that nobody sees."""
    if len(numbers) > 1:
        raise Reachable("sockets")
    for number in numbers:
        handle = call(PIDFD_OPEN, "open process", pid, 0)
        try:
            descriptor = call(PIDFD_GETFD, "look at a socket", handle, number, 0)
        finally:
            os.close(handle)
        with socket.socket(fileno=descriptor) as link:
            if link.family != socket.AF_UNIX:
                raise Reachable("a network connection")
            said = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        if struct.unpack("iII", said)[0] != peer:
            raise Reachable("a socket")


def check_snapshot(pid):
    """Before its first fork: it opens nothing below /proc except by name, which `hide_processes` prevents. Throws
    OSError."""
    files = open_files(pid)
    if len(os.listdir("/proc/%d/task" % pid)) > 1:
        raise Reachable("threads")
    if any(stat.S_ISDIR(status.st_mode) for _, status in files):
        raise Reachable("an open folder")
    if any(is_on_proc("/proc/%d/%s" % (pid, name)) for name in ("cwd", "root")):
        raise Reachable("its folder in /proc")
    check_sockets(pid, [number for number, status in files if stat.S_ISSOCK(status.st_mode)], 0)


def check_clone(pid, writable):
    """For the first process of a clone, which is halted and alone. writable: folders of the snapshot itself. Throws
    OSError."""
    files = open_files(pid)
    if len(os.listdir("/proc/%d/task" % pid)) > 1:
        raise Reachable("threads")
    sockets = [number for number, status in files if stat.S_ISSOCK(status.st_mode)]
    for number, status in files:
        is_null = stat.S_ISCHR(status.st_mode) and status.st_rdev == NULL
        if number not in sockets and not is_null:
            raise Reachable("an open file")
    if not sockets:
        raise Reachable("no connection")
    check_sockets(pid, sockets, os.getpid())
    for name in ("cwd", "root"):
        if os.readlink("/proc/%d/%s" % (pid, name)) != "/":
            raise Reachable("a folder of its own")
    check_memory(pid, writable)


def check_memory(pid, writable):
    """It must share nothing writable."""
    with open("/proc/%d/maps" % pid, encoding="utf-8", errors="surrogateescape") as maps:
        for line in maps:
            fields = line.rstrip("\n").split(None, 5)
            if fields[1][3] != "s":
                continue
            path = fields[5] if len(fields) == 6 else ""
            is_file = path.startswith("/") and not path.endswith(" (deleted)")
            # Memory that is readable now may be made writable if its file may be written.
            if fields[1][1] == "w" or not is_file or any(is_below(path, folder) for folder in writable):
                raise Reachable("shared memory")


def hide_processes(pid):
    """For good, in the mounts of that process: without /proc it cannot open the memory of its forks. These get their
    own. Throws OSError."""
    worker = os.fork()
    if worker == 0:
        code = 1
        try:
            join_namespace(os.open("/proc/%d/ns/mnt" % pid, os.O_RDONLY), "mount")
            for path in process_folders():
                mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=555")
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(worker, 0)[1] != 0:
        raise OSError("The processes of the snapshot could not be hidden.")
