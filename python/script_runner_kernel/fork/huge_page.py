"""Large pages for a process that will be forked often: a fork copies one entry for two megabytes, not five hundred."""

import ctypes

from script_runner_kernel.system import libc, linux

MADV_COLLAPSE = 25
SIZE = 2 << 20


def own_memory():
    """(start, end) of each range that is this process' own to write, in whole large pages."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            span, kind, _, _, _, *name = line.split()
            if kind == "rw-p" and name in ([], ["[heap]"]):
                start, end = (int(number, 16) for number in span.split("-"))
                yield -(-start // SIZE) * SIZE, end // SIZE * SIZE


def gather_memory():
    """Makes large pages of the memory, as far as it fills some. Systems that cannot (before Linux 6.1) are left as they
    are: all works without.
    """
    if not linux:
        return
    for start, end in list(own_memory()):
        if start < end:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)
