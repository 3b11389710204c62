"""Asks by a connection that is on its way between processes."""

one, other = socket.socketpair()
made = link()
poll = select.epoll()
poll.register(made.fileno(), select.EPOLLIN)
socket.send_fds(one, [b"x"], [made.fileno()])
made.close()
poll.poll(20)
print(socket.socket(fileno=socket.recv_fds(other, 1, 1)[1][0]).recv(20).decode())
