"""Where the disk keeps a folder's entries: spread over the whole disk instead of side by side."""

import os
import struct

from script_runner_kernel.system import linux

GET_FLAGS, SET_FLAGS = 0x80086601, 0x40086602
TOP_OF_HIERARCHIES = 0x20000


def spread_folders(path):
    """The folders that are made in this one have nothing to do with each other (chattr(1), T). Without a journal, ext4
    passes over each inode that was deleted within the last minutes when it looks for a free one in the neighbourhood:
    the folders of thousands of kernels must not all be in the same one. Other file systems stay unchanged."""
    if not linux:
        return
    import fcntl

    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            (flags,) = struct.unpack("=I", fcntl.ioctl(folder, GET_FLAGS, bytes(8))[:4])
            fcntl.ioctl(folder, SET_FLAGS, struct.pack("=Q", flags | TOP_OF_HIERARCHIES))
        finally:
            os.close(folder)
    except OSError:
        pass
