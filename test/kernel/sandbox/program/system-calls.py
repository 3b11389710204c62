"""Makes system calls that are refused; `said` has the error of each by name, None if it was done."""

import ctypes, errno, os

libc = ctypes.CDLL(None, use_errno=True)
arm = os.uname().machine == "aarch64"


def call(*numbers):
    ctypes.set_errno(0)
    return errno.errorcode[ctypes.get_errno()] if libc.syscall(*numbers) < 0 else None


unshare, clone, mount, setns = (97, 220, 40, 268) if arm else (272, 56, 165, 308)
said = {
    "users": call(unshare, 0x10000000),
    "groups": call(unshare, 0x02000000),
    "both": call(unshare, 0x12000000),
    "clone": call(clone, 0x10000000 | 17, 0, 0, 0, 0),
    "clone3": call(435, 0, 0),
    "mount": call(mount, 0, b"/tmp", 0, 4096, 0),
    "setns": call(setns, 0, 0),
    "io_uring": call(425, 1, 0),
    "files": call(unshare, 0x400),
    "own table": call(436, 1000, 1001, 2),
    "file system": call(unshare, 0x200),
    "close_range": call(436, 1000, 1001, 0),
}
