"""The privileges of a kernel's process beyond an ordinary one: none, except for files of its own user."""

import ctypes
import os

from script_runner_kernel.sandbox.call_filter import can_filter, filter_calls
from script_runner_kernel.system import libc, linux

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 24, 38, 47, 4
CAPABILITY_VERSION = 0x20080522
# As root: to read and write files whatever their owner, where the mounts allow it. So scripts of other users work.
CAP_DAC_OVERRIDE = 1
LAST = 63


def drop_privileges(forks=False):
    """For good, also for all that it starts. forks: a process that makes namespaces for the kernels that it forks."""
    if not linux:
        return
    kept = 1 << CAP_DAC_OVERRIDE if os.getuid() == 0 else 0
    for capability in range(LAST + 1):
        if not kept >> capability & 1:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    libc.capset(header, sets)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if can_filter():
        filter_calls(forks)
