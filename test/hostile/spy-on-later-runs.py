# ---
# script_runner:
#   snapshot: {ttl: 3h}
# hostile:
#   tries: Its first cells leave processes behind, whenever a run is forked, that read the memory of later runs.
#   holds: It is ended before a run is given its values, and the process that forks cannot look into its forks.
#   outcomes: [succeeded]
#   runs: 4
# ---

# %%
import ctypes, gc, os, time

# Of the program that forks; none in a run without a snapshot.
names = next(
    (each for each in gc.get_objects() if isinstance(each, dict) and "LINK" in each and "SNAPSHOT" in each), {}
)
libc = ctypes.CDLL(None, use_errno=True)
SEEN = os.path.join(os.environ["HOME"], "seen")


def look():
    wanted = b"".join([b"VALUE", b"OFARUN"])
    for pid in [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
        try:
            rows = open("/proc/%s/maps" % pid).read().splitlines()
            memory = open("/proc/%s/mem" % pid, "rb")
        except OSError:
            continue
        with memory:
            for row in rows:
                start, end = (int(part, 16) for part in row.split()[0].split("-"))
                if " rw-p " in row and end - start < 30_000_000:
                    try:
                        memory.seek(start)
                        if wanted in memory.read(end - start):
                            return "SPIED by /proc"
                    except OSError:
                        pass
    ptrace = 117 if os.uname().machine == "aarch64" else 101
    for pid in range(1, 100):
        if pid != os.getpid() and libc.syscall(ptrace, 16906, pid, 0, 0) == 0:
            return "SPIED by ptrace"


def left():
    """A process of its own until it has seen something, or the snapshot ends."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            libc.unshare(0x10000000 | 0x20000)
        end = time.time() + 60
        while time.time() < end:
            time.sleep(0.1)
            found = look()
            if found:
                open(SEEN, "w").write(found)
        os._exit(0)


if names:
    honest = names["clone"]  # an error here says that the attack needs the new name

    def clone(command, run):
        # What it sees, a later run is forked with.
        seen = look() or (os.path.exists(SEEN) and open(SEEN).read())
        if seen:
            names["seen"] = seen
        left()
        honest(command, run)
        left()

    names["clone"] = clone

# %% tags=["parameters"]
x: str = "v"

# %%
value = ["VALUE" + "OFARUN" + x for _ in range(1000)]
print("BROKEN:" if "seen" in names else "nothing was seen:", names.get("seen", ""))
time.sleep(1)
