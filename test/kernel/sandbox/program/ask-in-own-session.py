"""Asks from a process of a session of its own."""

reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writer, ask().encode())
    os._exit(0)
os.wait()
print(os.read(reader, 20).decode())
