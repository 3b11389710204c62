"""System calls that no process of a kernel may make: those that make namespaces, change mounts or hide open files; in a
snapshot's process and its clones also those that look into other processes.

A seccomp filter in classic BPF. Without it, a process in its own user namespace has all privileges there: it could
mount control groups and lift its own limits. `clone3` and `io_uring` have their arguments in memory, where a filter
cannot look; programs use the older calls if these do not exist, as in containers.
"""

import ctypes
import functools
import os
import struct

from script_runner_kernel.system import check, libc, linux

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
EPERM, EFAULT, ENOSYS = 1, 14, 38
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
# Offsets in `struct seccomp_data`. An argument's low half comes first: these machines are little-endian.
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

NEW_TIME, NEW_MOUNT, NEW_CGROUP, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NETWORK = (
    0x80,
    0x20000,
    0x2000000,
    0x4000000,
    0x8000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
ALL_NEW = NEW_MOUNT | NEW_CGROUP | NEW_UTS | NEW_IPC | NEW_USER | NEW_PID | NEW_NETWORK
# What the process of a snapshot makes for the kernels that it forks.
FORKED_NEW = NEW_MOUNT | NEW_IPC | NEW_USER | NEW_PID | NEW_NETWORK
PIDFD_GETFD = 438
CLONE_FILES, CLONE_THREAD, CLOSE_RANGE_UNSHARE = 0x400, 0x10000, 2

# Since 2019 a system call has the same number on every machine.
NEWER = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "clone3": 435,
    "close_range": 436,
    "mount_setattr": 442,
    "open_tree_attr": 467,
}
X86_64 = {"clone": 56, "pivot_root": 155, "mount": 165, "umount2": 166, "unshare": 272, "setns": 308}
I386 = {"mount": 21, "umount": 22, "umount2": 52, "clone": 120, "pivot_root": 217, "unshare": 310, "setns": 346}
ARM64 = {"umount2": 39, "mount": 40, "pivot_root": 41, "unshare": 97, "clone": 220, "setns": 268}
ARM = {"mount": 21, "umount2": 52, "clone": 120, "pivot_root": 218, "unshare": 337, "setns": 375}
# With these a process can look into others. Refused in a snapshot's process and its clones, which belong to different
# runs; other kernels see no process of another run.
X86_64_LOOK = {"ptrace": 101, "perf_event_open": 298, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312}
I386_LOOK = {"ptrace": 26, "perf_event_open": 336, "process_vm_readv": 347, "process_vm_writev": 348, "kcmp": 349}
ARM64_LOOK = {"ptrace": 117, "perf_event_open": 241, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272}
ARM_LOOK = {"ptrace": 26, "perf_event_open": 364, "process_vm_readv": 376, "process_vm_writev": 377, "kcmp": 378}
# By machine: AUDIT_ARCH_* and the calls of each kind of program that it runs.
MACHINES = {
    "x86_64": [(0xC000003E, X86_64, X86_64_LOOK), (0x40000003, I386, I386_LOOK)],
    "aarch64": [(0xC00000B7, ARM64, ARM64_LOOK), (0x40000028, ARM, ARM_LOOK)],
}
# x86-64 programs with short pointers have this bit in all their numbers.
X32 = 0x40000000
NOT_THERE = ("io_uring_setup", "io_uring_enter", "io_uring_register", "clone3")


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("=HBBI", code, if_true, if_false, value)


def refuse(error):
    return instruction(RETURN, ERRNO | error)


def unless_any(argument, bits, error):
    """Refuses a call whose argument has any of the bits."""
    return [instruction(LOAD, ARGUMENTS + 8 * argument), instruction(ANY_BIT, bits, 0, 1), refuse(error)]


def answer_to(name, forks):
    """The instructions that handle a call of this name. Each ends with a verdict."""
    allowed = instruction(RETURN, ALLOW)
    if name == "unshare":
        return [*unless_any(0, ((ALL_NEW | NEW_TIME) & ~(FORKED_NEW if forks else 0)) | CLONE_FILES, EPERM), allowed]
    if name == "clone":
        # A thread with its own table of files could hide them: /proc shows that of the process.
        thread = [instruction(ANY_BIT, CLONE_THREAD, 0, 2), instruction(ANY_BIT, CLONE_FILES, 1, 0), refuse(EPERM)]
        return [*unless_any(0, ALL_NEW, EPERM), *thread, allowed]
    if name == "close_range":
        return [*unless_any(2, CLOSE_RANGE_UNSHARE, ENOSYS), allowed]
    return [refuse(ENOSYS if name in NOT_THERE else EPERM)]


@functools.lru_cache(maxsize=None)
def program(machine, forks):
    """The filter as bytes. forks: for the process of a snapshot."""
    steps = [instruction(LOAD, ARCHITECTURE)]
    for architecture, calls, look in MACHINES[machine]:
        section = [instruction(LOAD, NUMBER)]
        if calls is X86_64:
            section += [instruction(AT_LEAST, X32, 0, 1), refuse(ENOSYS)]
        refused = {**NEWER, **calls, **({**look, "pidfd_getfd": PIDFD_GETFD} if forks else {})}
        for name, number in sorted(refused.items()):
            answer = answer_to(name, forks)
            section += [instruction(EQUAL, number, 0, len(answer)), *answer]
        section.append(instruction(RETURN, ALLOW))
        steps += [instruction(EQUAL, architecture, 0, len(section)), *section]
    steps.append(refuse(ENOSYS))
    return b"".join(steps)


def can_filter():
    """Changes nothing. False on other machines, and if the system has no seccomp."""
    machine = os.uname().machine if linux else ""
    if machine not in MACHINES or struct.calcsize("P") != 8:
        return False
    # If there are filters, only a missing one is an error.
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, None, 0, 0) != 0 and ctypes.get_errno() == EFAULT


def prepare_filter():
    """So that forks of this process find the filter of a kernel made."""
    if can_filter():
        program(os.uname().machine, False)


def filter_calls(forks=False):
    """For this process and all that it starts, for good. Needs no_new_privs. Throws OSError on failure."""
    code = program(os.uname().machine, forks)
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: the number of instructions, then their address
    filled = struct.pack("H6xP", len(code) // 8, ctypes.addressof(buffer))
    check(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filled, 0, 0), "filter system calls")
