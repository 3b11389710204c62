"""Leaves two processes that look into others, one of them in namespaces of its own."""


def leave():
    if os.fork() != 0:
        return
    os.setsid()
    libc.prctl(15, name.encode(), 0, 0, 0)
    if os.fork() == 0:
        libc.unshare(0x10000000 | 0x20000)
    libc.prctl(4, 0, 0, 0, 0)
    while True:
        time.sleep(0.05)
        for pid in look()[0]:
            tell("spied", pid)
