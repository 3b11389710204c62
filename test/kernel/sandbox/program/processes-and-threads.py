"""Starts threads, programs and processes in each way that Python has."""

import multiprocessing, subprocess, threading
from concurrent.futures import ProcessPoolExecutor

thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
print(subprocess.run(["echo", "program"], capture_output=True, text=True).stdout.strip())
for way in ("fork", "spawn", "forkserver"):
    with ProcessPoolExecutor(2, multiprocessing.get_context(way)) as pool:
        print(way, list(pool.map(abs, [-1, 2])))
