"""Reads what /proc tells of processes. `pid` is a number, or "self"."""

import os


def lines_of(path):
    """[] where there is no such file, or it may not be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readlines()
    except OSError:
        return []


def map_lines(pid):
    """The ranges of its memory, one per line: span, rights, offset, device, inode, path."""
    return lines_of("/proc/%s/maps" % pid)


def open_files(pid):
    """Target by the name of its descriptor."""
    folder = "/proc/%s/fd/" % pid
    found = {}
    for name in os.listdir(folder):
        try:
            found[name] = os.readlink(folder + name)
        except OSError:
            pass
    return found


def stat_of(path):
    """State, parent, threads and start of a process or thread, by its folder in /proc. Throws OSError if it is gone."""
    fields = stat_fields(path)
    return fields[0], int(fields[1]), int(fields[17]), fields[19]


def stat_fields(path):
    """Those behind the name, which may contain anything."""
    with open(path + "/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()


# What `flags` of a thread has once it ends: it is in the system, and will not leave it again.
PF_EXITING = 0x4


def is_ending(path):
    """Whether a thread, by its folder in /proc, will execute nothing more, whatever of it is still to be cleared."""
    try:
        fields = stat_fields(path)
    except OSError:
        return True
    return fields[0] in (b"Z", b"X") or bool(int(fields[6]) & PF_EXITING)
