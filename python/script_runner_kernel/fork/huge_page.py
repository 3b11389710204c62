"""Large pages for a process that is forked often: a fork copies one entry for two megabytes instead of five hundred."""

import ctypes

from script_runner_kernel.proc import map_lines
from script_runner_kernel.system import libc, linux

MADV_COLLAPSE = 25
SIZE = 2 << 20


def own_memory():
    """(start, end) of each range that only this process can write, in whole large pages."""
    for line in map_lines("self"):
        span, kind, _, _, _, *name = line.split()
        if kind == "rw-p" and name in ([], ["[heap]"]):
            start, end = (int(number, 16) for number in span.split("-"))
            yield -(-start // SIZE) * SIZE, end // SIZE * SIZE


def gather_memory():
    """Converts the memory into large pages, where it fills some. Systems that do not support it (before Linux 6.1) stay
    unchanged: everything works without."""
    if not linux:
        return
    for start, end in list(own_memory()):
        if start < end:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)
