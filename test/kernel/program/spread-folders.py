"""Prints the attributes of a new folder before and after its entries are to be spread."""

import fcntl
import os
import struct
import sys
import tempfile

sys.path.insert(0, folder)
from script_runner_kernel.fork.folder_spread import GET_FLAGS, spread_folders


def flags(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return struct.unpack("=I", fcntl.ioctl(descriptor, GET_FLAGS, bytes(8))[:4])[0]
    except OSError:
        return 0
    finally:
        os.close(descriptor)


spread_folders("/nowhere")
with tempfile.TemporaryDirectory() as path:
    before = flags(path)
    spread_folders(path)
    print(before, flags(path))
