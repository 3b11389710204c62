# ---
# hostile:
#   tries: Fills shared memory, files in memory or segments that no process has mapped, beyond its limit.
#   holds: The run ends at its memory limit, or the system refuses more.
#   outcomes: [kernel-died, failed]
# ---

# %% tags=["parameters"]
way: str = "files"
total_bytes: int = 2_000_000_000

# %%
import ctypes, os, time

STEP = 20_000_000
block, written, held = b"x" * STEP, 0, []
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
while written < total_bytes:
    if way == "segments":
        segment = libc.shmget(0, ctypes.c_size_t(STEP), 0o1600)
        if segment < 0:
            raise OSError(ctypes.get_errno(), "no more segments")
        address = libc.shmat(segment, None, 0)
        ctypes.memset(address, 1, STEP)
        libc.shmdt(ctypes.c_void_p(address))
    else:
        shared = way == "shared"
        descriptor = os.open("/dev/shm/%d" % written, os.O_CREAT | os.O_RDWR) if shared else os.memfd_create("hidden")
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        held.append(descriptor)
    written += STEP
    time.sleep(0.05)
print("BROKEN: wrote", written, "bytes to memory")
