"""Prints what can be seen and written from here."""

import os


def names(path):
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        return type(error).__name__


print(names(data), len(names(os.path.dirname(runtime or os.path.dirname(os.environ["HOME"])))))
print(
    [name for name in names("/dev") if name.startswith(("vd", "sd", "mem", "kmsg"))], names("/sys/fs/cgroup/memory/x")
)
for path in ("/etc/hostile", "/proc/sys/kernel/core_pattern", "/usr/hostile"):
    try:
        open(path, "w").write("x")
        print("wrote", path)
    except OSError:
        pass
print(
    sum(name.isdigit() for name in os.listdir("/proc")) < 8,
    "CapEff:\t0000000000000002" in open("/proc/self/status").read() or os.getuid() != 0,
)
