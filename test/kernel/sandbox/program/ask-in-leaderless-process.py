"""Asks from a process whose first thread has ended."""

reader, writer = os.pipe()
if os.fork() == 0:

    def work():
        os.write(writer, ask().encode())
        os._exit(0)

    threading.Thread(target=work).start()
    libc.syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
print(os.read(reader, 20).decode())
os.wait()
