"""Asks by a socket on the network that the kernel itself opened at its start: nobody watches it any more, then it is
another client's. Newer systems refuse to connect such a socket."""

import errno
import os


def targets():
    for name in os.listdir("/proc/self/fd"):
        try:
            yield int(name), os.readlink("/proc/self/fd/" + name)
        except OSError:
            pass


def listeners():
    for descriptor, target in targets():
        if target.startswith("socket:"):
            found = socket.socket(fileno=os.dup(descriptor))
            if found.family == socket.AF_INET and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                yield descriptor, found


watched, own = next(listeners())
for descriptor, target in targets():
    if target == "anon_inode:[eventpoll]":
        try:
            select.epoll.fromfd(os.dup(descriptor)).unregister(watched)
        except FileNotFoundError:
            pass
own.shutdown(socket.SHUT_RDWR)
own.setblocking(True)
try:
    own.connect(("127.0.0.1", port))
    own.sendall(b"x")
    print(own.recv(20).decode())
except OSError as error:
    print("refused" if error.errno == errno.EINVAL else error)
