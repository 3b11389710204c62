"""Keeps a page of each file mapped, and no descriptor of it open."""

import ctypes

held = []
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p


def keep(file):
    return libc.mmap(None, ctypes.c_size_t(4096), 1, 1, file.fileno(), ctypes.c_long(0))
