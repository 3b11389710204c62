# ---
# hostile:
#   tries: Makes namespaces, mounts its control groups and lifts its limit; starts a process outside them.
#   holds: No namespace is made, nothing is mounted, and no process leaves its control groups.
#   outcomes: [succeeded]
# ---

# %%
import ctypes, os, struct, subprocess

libc = ctypes.CDLL(None, use_errno=True)
LIFT = r"""
mkdir -p /tmp/groups
mount -t cgroup -o memory none /tmp/groups && echo BROKEN: control groups are mounted
mount -t cgroup2 none /tmp/groups && echo BROKEN: control groups of version 2 are mounted
echo -1 > /tmp/groups/memory.limit_in_bytes && echo BROKEN: the memory limit is lifted
echo max > /tmp/groups/memory.max && echo BROKEN: the memory limit is lifted
umount -a
"""
for flags in (["-C"], ["-U", "-r"], ["-U", "-r", "-m", "-C"], ["-U", "-r", "-m", "-C", "-p", "-f", "-n"]):
    made = subprocess.run(
        ["unshare", *flags, "sh", "-c", "echo MADE\n" + LIFT], capture_output=True, text=True, timeout=60
    )
    print("unshare", *flags, made.returncode, made.stdout)
    if "MADE" in made.stdout:
        print("BROKEN: a namespace of its own was made with", flags)


# %% Calls that take what they do from memory, where a filter cannot look.
class CloneArguments(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_uint64)
        for name in "flags pidfd child_tid parent_tid exit_signal stack stack_size tls set_tid set_tid_size cgroup".split()
    ]


def clone3(flags, group=0):
    arguments = CloneArguments(flags=flags, exit_signal=17, cgroup=group)
    pid = libc.syscall(435, ctypes.byref(arguments), ctypes.sizeof(arguments))
    if pid == 0:
        os._exit(0)
    return pid


into_cgroup, new_user = 0x200000000, 0x10000000
for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
    try:
        group = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        continue
    if clone3(into_cgroup, group) > 0:
        print("BROKEN: a process was started in", root)
if clone3(new_user) > 0:
    print("BROKEN: a process has a user namespace")
if libc.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0:
    print("BROKEN: io_uring, which holds files that nobody sees")

# %% What notebooks do all the time still works.
import multiprocessing, threading

thread = threading.Thread(target=print, args=("a thread",))
thread.start()
thread.join()
print(subprocess.run(["echo", "a program"], capture_output=True, text=True).stdout)
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(abs, [-1, -2]))
