"""Keeps one kernel: starts it, relays signals, reports its end, and lets nothing it started outlive the server.

Run as `python -I -S guard.py '{"isolate": ["mount", "pid", "network"]}'` with a pipe from the server on descriptor 0 and
one to it on descriptor 1; both carry one JSON object a line. Commands: {"do": "start", "argv", "env", "cwd"},
{"do": "overlay", "root", "scratch", "keep"}, {"do": "interrupt" | "pause" | "resume" | "kill"}. Reports: {"type": "ready",
"pid", "isolation"}, "overlaid", "started", "failed", and last of all "ended". The end of the command pipe means kill.
The fork server uses the same keeper over a socket.

Where namespaces may be made, the keeper is process 1 of its own, and everything the kernel ever started dies with it.
Elsewhere the keeper is the subreaper of all it started, finds them by their parents and kills them one by one.
Standard library only, Python 3.8 or later.
"""
import ctypes
import errno
import json
import os
import select
import signal
import sys

TAIL_BYTES = 8192
DISCARDED_NAMES = 200
CLONE = {"mount": 0x00020000, "user": 0x10000000, "pid": 0x20000000, "network": 0x40000000}
MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV, MS_NOEXEC = 4096, 16384, 1 << 18, 2, 4, 8
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

linux = sys.platform == "linux"
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))


def mount(source, target, kind, flags, data=""):
    encoded = [part.encode("utf-8", "surrogateescape") for part in (source, target, kind, data)]
    check(libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]), "mount " + target)


def write_file(path, text):
    with open(path, "w") as file:
        file.write(text)


def unshare(names):
    flags = 0
    for name in names:
        flags |= CLONE[name]
    check(libc.unshare(flags), "unshare")


def enter_namespaces(wanted):
    """Enters what it can of the wanted namespaces and returns their names; nothing where even a user namespace is refused."""
    if not linux or not wanted:
        return []
    uid, gid = os.getuid(), os.getgid()
    try:
        if uid == 0:
            unshare(wanted)
        else:
            unshare(["user"] + wanted)
            write_file("/proc/self/setgroups", "deny")
            write_file("/proc/self/uid_map", "%d %d 1" % (uid, uid))
            write_file("/proc/self/gid_map", "%d %d 1" % (gid, gid))
        if "mount" in wanted:
            mount("none", "/", "none", MS_REC | MS_PRIVATE)
    except OSError:
        return []
    if "network" in wanted:
        raise_loopback()
    return list(wanted)


def raise_loopback():
    """A new network namespace has its loopback down; things inside the run may want to talk to each other."""
    import fcntl
    import socket
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        fcntl.ioctl(probe, 0x8914, struct.pack("16sh14x", b"lo", 1 | 64))  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING


def escape(path):
    return path.replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:")


def overlay(root, scratch, keep):
    """Makes writes under root private: they land in scratch. Folders in keep stay as they are."""
    upper, work = os.path.join(scratch, "upper"), os.path.join(scratch, "work")
    kept = [(path, os.open(path, os.O_RDONLY | os.O_DIRECTORY)) for path in keep if (path + "/").startswith(root + "/")]
    inside = (scratch + "/").startswith(root + "/")
    try:
        for attempt in ("disk", "memory"):
            if attempt == "disk" and inside:
                continue
            if attempt == "memory":
                mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "size=1g,mode=700")
            for path in (upper, work):
                os.makedirs(path, exist_ok=True)
            try:
                options = "lowerdir=%s,upperdir=%s,workdir=%s" % (escape(root), escape(upper), escape(work))
                mount("overlay", root, "overlay", 0, options + ("" if os.getuid() == 0 else ",userxattr"))
                break
            except OSError:
                if attempt == "memory":
                    raise
        for path, descriptor in kept:
            mount("/proc/self/fd/%d" % descriptor, path, "none", MS_BIND | MS_REC)
    finally:
        for _, descriptor in kept:
            os.close(descriptor)
    return upper


def written(upper):
    """Names of the files under upper, at most DISCARDED_NAMES; bytecode caches are no one's loss."""
    names = []
    for folder, folders, files in os.walk(upper):
        folders[:] = [name for name in folders if name not in ("__pycache__", ".ipynb_checkpoints")]
        for name in files:
            names.append(os.path.relpath(os.path.join(folder, name), upper))
            if len(names) >= DISCARDED_NAMES:
                return names
    return names


def oom_kills():
    """How many processes the machine has killed for lack of memory so far."""
    try:
        with open("/proc/vmstat") as file:
            for line in file:
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def descendants(pid):
    """All processes below pid, by the parent column of /proc; [] where there is no /proc."""
    children = {}
    try:
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open("/proc/%s/stat" % name, "rb") as file:
                        fields = file.read().rpartition(b")")[2].split()
                except OSError:
                    continue
                if fields[0] != b"Z":
                    children.setdefault(int(fields[1]), []).append(int(name))
    except OSError:
        return []
    found, todo = [], [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found


def reap_children():
    """Status by pid of the children that have ended."""
    ended = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status


class Keeper:
    """The life of one kernel. `start` makes its process and returns the pid."""

    def __init__(self, commands, reports, isolation):
        self.commands, self.reports, self.isolation = commands, reports, isolation
        self.kernel, self.status, self.asked, self.upper = 0, None, False, None
        self.tail, self.line = b"", b""
        self.output, self.output_end = os.pipe()
        self.wake, self.wake_end = os.pipe()
        for descriptor in (self.wake, self.wake_end, self.output):
            os.set_blocking(descriptor, False)
        self.oom_before = oom_kills()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_end, warn_on_full_buffer=False)

    def report(self, **message):
        """Tells the server; where it is gone there is nobody to tell, and work goes on."""
        data = (json.dumps(message) + "\n").encode()
        try:
            while data:
                data = data[os.write(self.reports, data):]
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET):
                raise

    def keep(self, pid):
        """Obeys commands until the kernel is gone or the server is; then clears up and reports the end. pid: the guard's, as
        the server sees it."""
        self.report(type="ready", pid=pid, isolation=self.isolation)
        poll = select.poll()
        for descriptor in (self.commands, self.wake, self.output):
            poll.register(descriptor, select.POLLIN)
        while self.status is None:
            for descriptor, _ in poll.poll():
                if descriptor == self.output:
                    if not self.read_output():
                        poll.unregister(descriptor)
                elif descriptor == self.wake:
                    self.reap()
                elif not self.read_commands():
                    poll.unregister(descriptor)
                    self.asked = True
                    self.kill()
        self.end()

    def read_output(self):
        """Keeps the last of what the kernel's own descriptors 1 and 2 say; False at their end."""
        data = os.read(self.output, 65536)
        self.tail = (self.tail + data)[-TAIL_BYTES:]
        return bool(data)

    def read_commands(self):
        data = os.read(self.commands, 65536)
        *lines, self.line = (self.line + data).split(b"\n")
        for line in lines:
            self.obey(json.loads(line))
        return bool(data)

    def reap(self):
        try:
            while os.read(self.wake, 4096):
                pass
        except BlockingIOError:
            pass
        self.status = reap_children().get(self.kernel, self.status)

    def obey(self, command):
        action = command["do"]
        try:
            if action == "start":
                self.started(self.start(command))
            elif action == "overlay":
                self.upper = overlay(command["root"], command["scratch"], command["keep"])
                self.report(type="overlaid")
            elif action == "kill":
                self.asked = True
                self.kill()
            elif self.kernel:
                self.signal(action)
        except OSError as error:
            self.report(type="failed", what=action, message=str(error))

    def started(self, pid):
        self.kernel = pid
        os.close(self.output_end)
        self.report(type="started", pid=pid)

    def signal(self, action):
        if action == "interrupt":
            # The group, as Jupyter does: `!sleep 1000` is interrupted too.
            os.killpg(self.kernel, signal.SIGINT)
        else:
            os.kill(self.kernel, signal.SIGSTOP if action == "pause" else signal.SIGCONT)

    def start(self, command):
        pid = os.fork()
        if pid != 0:
            return pid
        try:
            become_kernel_process(self.output_end)
            os.chdir(command["cwd"])
            os.execvpe(command["argv"][0], command["argv"], command["env"])
        except OSError as error:
            os.write(2, ("%s: %s\n" % (command["argv"][0], error)).encode())
        os._exit(127)

    def kill(self):
        if self.kernel == 0:
            self.status = 0
            return
        try:
            os.kill(self.kernel, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def kill_all(self):
        """Kills whatever the kernel left behind, until there is nothing."""
        while True:
            if "pid" in self.isolation:
                try:
                    os.kill(-1, signal.SIGKILL)
                except ProcessLookupError:
                    return
            else:
                for pid in descendants(os.getpid()):
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except (ProcessLookupError, PermissionError):
                        pass
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return

    def end(self):
        self.kill_all()
        try:
            while self.read_output():
                pass
        except BlockingIOError:
            pass
        signalled = os.WIFSIGNALED(self.status)
        out_of_memory = signalled and os.WTERMSIG(self.status) == signal.SIGKILL and not self.asked and oom_kills() > self.oom_before
        ended = {"signal": signal.Signals(os.WTERMSIG(self.status)).name} if signalled else {"exitCode": os.WEXITSTATUS(self.status)}
        discarded = written(self.upper) if self.upper else []
        if self.upper:
            self.open_work_folder()
        self.report(type="ended", outOfMemory=out_of_memory, tail=self.tail.decode("utf-8", "replace"), discarded=discarded, **ended)


    def open_work_folder(self):
        """The overlay's own folder has mode 0: whoever is not root could not remove it."""
        try:
            os.chmod(os.path.join(os.path.dirname(self.upper), "work", "work"), 0o700)
        except OSError:
            pass


def become_kernel_process(output_end):
    """In the forked child: its own session, standard descriptors, default signals, death with its keeper."""
    os.setsid()
    if linux:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDONLY)
    for descriptor, target in ((null, 0), (output_end, 1), (output_end, 2)):
        os.dup2(descriptor, target)


def keep_isolated(wanted, commands, reports, keeper_class=Keeper):
    """Keeps one kernel, in namespaces of its own where that is possible; returns when all is over."""
    pid = os.getpid()
    isolation = enter_namespaces(wanted)
    if "pid" in isolation:
        keeper = os.fork()
        if keeper != 0:
            for descriptor in {commands, reports}:
                os.close(descriptor)
            os.waitpid(keeper, 0)
            return
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if "mount" in isolation:
            try:
                mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
            except OSError:
                pass
    elif linux:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    keeper_class(commands, reports, isolation).keep(pid)


if __name__ == "__main__":
    keep_isolated(json.loads(sys.argv[1])["isolate"], 0, 1)
