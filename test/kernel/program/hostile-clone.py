"""Replaces the code that isolates a clone by code that searches for the data of others."""

import builtins, ctypes, os
from script_runner_kernel.snapshot import clone_child

mounts = open("/proc/self/mounts").read().splitlines()


def hostile():
    builtins.found = []
    libc = ctypes.CDLL(None, use_errno=True)
    for _ in range(5):
        for line in reversed(mounts):
            libc.umount2(line.split()[1].encode(), 2)
    for target in ("/", data, temporary):
        libc.mount(b"none", target.encode(), None, 32 | 4096, None)
    runtime = os.path.dirname(os.path.dirname(os.environ["HOME"]))
    for folder in (data, runtime):
        builtins.found += [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names]
    try:
        open(os.path.join(data, "secret.txt"), "w").write("hostile")
    except OSError:
        pass


clone_child.raise_loopback = hostile
clone_child.drop_privileges = hostile
