# ---
# hostile:
#   tries: Calls the API of the server that runs it, in ways that hide which process has the connection.
#   holds: No request is answered with data, and none starts a run.
#   outcomes: [succeeded]
# ---

# %% tags=["parameters"]
server: str = ""

# %%
import ctypes, json, os, select, socket, subprocess, sys, threading, urllib.parse

HEAD = r"""
import ctypes, json, os, select, socket, sys, threading, urllib.parse

host, port = urllib.parse.urlsplit(SERVER).hostname, urllib.parse.urlsplit(SERVER).port
libc = ctypes.CDLL(None, use_errno=True)

def connect(address=host):
    return socket.create_connection((address, port), timeout=10)

def request(path="/api/v1/scripts", method="GET", body=""):
    # A proxy on this machine would name the user in such a header.
    return (
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Forwarded-User: ana\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        % (method, path, port, len(body), body)
    ).encode()

def answer(connection):
    connection.settimeout(10)
    try:
        return int(connection.recv(4000).split(b" ")[1])
    except (OSError, IndexError) as error:
        return type(error).__name__

def ask(connection):
    connection.sendall(request())
    return answer(connection)
"""
HEAD = HEAD.replace("SERVER", repr(server))
exec(HEAD)
found = {}


def child(code):
    done = subprocess.run([sys.executable, "-c", HEAD + code], capture_output=True, text=True, timeout=60)
    return done.stdout.strip() or done.stderr.strip()[-200:]


def tried(name, work):
    try:
        found[name] = work()
    except OSError as error:
        found[name] = type(error).__name__
    if str(found[name]).startswith("2") or "'2" in str(found[name]):
        print("BROKEN: the server has answered", name, found[name])


tried("plain", lambda: ask(connect()))
for address in ("localhost", "127.9.9.9", "0.0.0.0", "::1", "::ffff:127.0.0.1", socket.gethostname()):
    tried(address, lambda: ask(connect(address)))


# %% The connection is in nobody's hands while the server looks: on its way from one process to another.
def in_flight():
    one, other = socket.socketpair()
    connection = connect()
    # Says when the answer is there, and holds nothing.
    poll = select.epoll()
    poll.register(connection.fileno(), select.EPOLLIN)
    connection.sendall(request())
    socket.send_fds(one, [b"x"], [connection.fileno()])
    connection.close()
    poll.poll(10)
    connection = socket.socket(fileno=socket.recv_fds(other, 1, 1)[1][0])
    first = answer(connection)
    # What was found of a connection is remembered for its later requests.
    again = ask(connection)
    return first if str(first).startswith("2") else again


tried("in flight", in_flight)


# %% A thread with files of its own: /proc shows those of the process.
def thread_files():
    answers = []

    def work():
        libc.unshare(0x400)
        answers.append(ask(connect()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answers[0]


tried("thread with its own files", thread_files)
tried(
    "process whose first thread has ended",
    lambda: child("""
def work():
    print(ask(connect()), flush=True)
    os._exit(0)
ended = threading.Event()
threading.Thread(target=work).start()
libc.syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
"""),
)
tried(
    "process that nobody waits for",
    lambda: child("""
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writer, str(ask(connect())).encode())
    os._exit(0)
os.wait()
print(os.read(reader, 100).decode())
"""),
)
for name, namespace in (("users", "-Ur"), ("networks", "-Urn"), ("processes", "-Urpf")):
    tried(
        "other " + name,
        lambda: subprocess.run(
            ["unshare", namespace, sys.executable, "-c", HEAD + "print(ask(connect()))"],
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout.strip(),
    )


# %% Other ways to open a connection.
def fast_open():
    connection = socket.socket()
    connection.sendto(request(), socket.MSG_FASTOPEN, (host, port))
    return answer(connection)


def multipath():
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    connection.connect((host, port))
    return ask(connection)


def raw_system_call():
    """By the numbers of 32-bit programs, which a filter may forget."""
    return child("""
import mmap
if os.uname().machine != "x86_64": sys.exit()
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("b836010000bb00000010cd80c3"))  # unshare(CLONE_NEWUSER)
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
print("refused" if call() < 0 else "200: a user namespace was made")
""")


tried("fast open", fast_open)
tried("several paths", multipath)
tried("32-bit call", raw_system_call)

# %% Whoever does not wait for the answer: the connection is closed when the server looks.
body = json.dumps({"script": "reach-server", "parameters": {"server": ""}})
connection = connect()
connection.sendall(request("/api/v1/runs", "POST", body))
connection.close()
print(json.dumps(found))
