"""Maps shared memory and a file in memory into four processes."""

import mmap, os, time
from multiprocessing import shared_memory

shared = shared_memory.SharedMemory(create=True, size=150_000_000)
shared.buf[:] = bytes(b"x") * 150_000_000
held = os.memfd_create("x")
os.truncate(held, 50_000_000)
view = mmap.mmap(held, 50_000_000)
view[:] = b"x" * 50_000_000
for _ in range(3):
    if os.fork() == 0:
        sum(shared.buf[::4096])
        sum(view[::4096])
        time.sleep(2)
        os._exit(0)
for _ in range(3):
    os.wait()
view.close()
shared.close()
shared.unlink()
print("done")
