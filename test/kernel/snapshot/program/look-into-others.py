"""Finds the process that forks, and defines what looks from it into other processes."""

import ctypes, gc, os, time

print(os.environ["HOME"])
names = next(each for each in gc.get_objects() if isinstance(each, dict) and "clone" in each and "SNAPSHOT" in each)
honest = names["clone"]
home = os.environ["HOME"]
libc = ctypes.CDLL(None, use_errno=True)


def look():
    """Memory of others by /proc; what ptrace and its kind say."""
    found, wanted = [], b"".join([b"VIEWER", b"SECRET"])
    for pid in [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
        try:
            rows = open("/proc/%s/maps" % pid).read().splitlines()
            with open("/proc/%s/mem" % pid, "rb") as memory:
                for row in rows:
                    start, end = (int(part, 16) for part in row.split()[0].split("-"))
                    if " rw-p " in row and end - start < 30_000_000:
                        memory.seek(start)
                        try:
                            found += [pid] if wanted in memory.read(end - start) else []
                        except OSError:
                            pass
        except OSError:
            pass
    arm = os.uname().machine == "aarch64"
    ptrace, readv, kcmp, perf = (117, 270, 272, 241) if arm else (101, 310, 312, 298)
    calls = [(ptrace, 16906, 1, 0, 0), (readv, 1, 0, 0, 0, 0, 0), (kcmp, 1, 1, 0, 0, 0)]
    calls += [(438, 0, 0, 0), (perf, 0, 1, -1, -1, 0)]
    refused = []
    for call in calls:
        ctypes.set_errno(0)
        refused.append(libc.syscall(*call) < 0 and ctypes.get_errno() == 1)
    return found, refused


def tell(name, text):
    with open(home + "/" + name, "a") as file:
        file.write(str(text) + "\n")
