"""Holds deleted files in a process whose first thread has ended."""

import ctypes, os, threading, time

if os.fork() == 0:
    held = []

    def work():
        while True:
            path = os.path.join(os.environ["TMPDIR"], "x")
            file = open(path, "wb")
            os.unlink(path)
            file.write(b"x" * 5_000_000)
            file.flush()
            held.append(file)
            time.sleep(0.05)

    threading.Thread(target=work).start()
    ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
time.sleep(1000)
