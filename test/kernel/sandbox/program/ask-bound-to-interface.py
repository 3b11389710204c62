"""Asks by a connection that is bound to an interface."""

made = socket.socket()
made.setsockopt(socket.SOL_SOCKET, 25, b"lo\0")
made.connect(link().getpeername())
made.sendall(b"x")
print(made.recv(20).decode())
