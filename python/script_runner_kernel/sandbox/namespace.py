"""Namespaces of a kernel: the processes, mounts and networks that it sees."""

import os

from script_runner_kernel.system import MS_PRIVATE, MS_REC, check, libc, linux, mount

CLONE = {"mount": 0x00020000, "user": 0x10000000, "pid": 0x20000000, "ipc": 0x08000000, "network": 0x40000000}


def write_file(path, text):
    with open(path, "w") as file:
        file.write(text)


def unshare(names):
    flags = 0
    for name in names:
        flags |= CLONE.get(name, 0)
    check(libc.unshare(flags), "unshare")


def join_namespace(descriptor, name):
    """Enters one that another process has made; a process namespace applies only to children."""
    check(libc.setns(descriptor, CLONE[name]), "enter the %s namespace" % name)


def enter_namespaces(wanted, made=()):
    """Enters those of the wanted namespaces that it can, and returns their names; none if even a user namespace is
    refused. made: those that it has entered before."""
    if not linux or not wanted:
        return []
    uid, gid = os.getuid(), os.getgid()
    try:
        if uid == 0:
            unshare([name for name in wanted if name not in made])
        else:
            unshare(["user"] + wanted)
            write_file("/proc/self/setgroups", "deny")
            write_file("/proc/self/uid_map", "%d %d 1" % (uid, uid))
            write_file("/proc/self/gid_map", "%d %d 1" % (gid, gid))
        if "mount" in wanted:
            mount("none", "/", "none", MS_REC | MS_PRIVATE)
    except OSError:
        return []
    if "loopback" in wanted:
        raise_loopback()
    return list(wanted)


def raise_loopback():
    """In a new network namespace loopback is down; programs inside the run may need it to talk to each other."""
    import fcntl
    import socket
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        fcntl.ioctl(probe, 0x8914, struct.pack("16sh14x", b"lo", 1 | 64))  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
