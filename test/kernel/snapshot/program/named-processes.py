"""Starts two processes with the name."""


def named():
    ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)
    time.sleep(1000)


if os.fork() == 0:
    named()
if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        named()
    os._exit(0)
