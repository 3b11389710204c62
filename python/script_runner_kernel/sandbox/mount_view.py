"""What a kernel sees of the files: read-only, except where it may write; other files are hidden."""

import ctypes
import os
import re

from script_runner_kernel.sandbox.folder import is_below
from script_runner_kernel.system import MS_BIND, MS_NODEV, MS_NOSUID, MS_REC, check, libc, mount

MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE = 442, -100, 0x8000
RDONLY, NOSUID = 1, 2
# Devices that programs need; disks and memory are not among them.
DEVICES = ["null", "zero", "full", "random", "urandom", "tty", "fuse", "dri", "kfd"]
# Sockets of name look-ups and databases of this machine.
RUN = ["systemd/resolve", "resolvconf", "NetworkManager", "nscd", "postgresql", "mysqld"]
READ_ONLY = ["sys", "irq", "bus", "fs", "sysrq-trigger"]


class Attributes(ctypes.Structure):
    _fields_ = [
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user", ctypes.c_uint64),
    ]


def change(path, set=0, clear=0):
    """mount_setattr(2), Linux 5.12, for the mount and all below it."""
    attributes = Attributes(set, clear, 0, 0)
    where = path.encode("utf-8", "surrogateescape")
    check(
        libc.syscall(MOUNT_SETATTR, AT_FDCWD, where, AT_RECURSIVE, ctypes.byref(attributes), ctypes.sizeof(attributes)),
        "protect " + path,
    )


def change_tree(tree, set=0, clear=0):
    """As `change`, for a copy that is not mounted anywhere yet."""
    attributes = Attributes(set, clear, 0, 0)
    empty_path = 0x1000
    check(
        libc.syscall(
            MOUNT_SETATTR, tree, b"", AT_RECURSIVE | empty_path, ctypes.byref(attributes), ctypes.sizeof(attributes)
        ),
        "protect a copy",
    )


def can_protect():
    """Changes nothing; older systems and some containers do not know the call, or refuse it."""
    try:
        change("/")
        return True
    except OSError:
        return False


def bind(descriptor, path):
    mount("/proc/self/fd/%d" % descriptor, path, "none", MS_BIND | MS_REC)


def empty(path, size="size=1m,mode=755"):
    mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, size)


def cover_file(path):
    descriptor = os.open("/dev/null", os.O_PATH)
    bind(descriptor, path)
    os.close(descriptor)


def process_folders():
    """Where /proc, or another file system of its kind, is mounted; without those inside another."""
    with open("/proc/self/mounts", "rb", buffering=0) as mounts:
        rows = [line.split(b" ") for line in mounts.readall().split(b"\n") if b" proc " in line]
    found = {path_of(name) for _, name, kind, *_ in rows if kind == b"proc"}
    return [path for path in found if not any(path != other and is_below(path, other) for other in found)]


def path_of(name):
    """The path of that name in the list of mounts."""
    octal = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match.group(1), 8)]), name) if b"\\" in name else name
    return os.fsdecode(octal)


class View:
    """Only this class can still reach hidden folders, through descriptors that it opened before."""

    def __init__(self):
        self.hidden = {}
        self.hidden_files = set()

    def protect(self, plan, memory_bytes=0):
        """hide: folders and files that appear empty; private: for each folder the one that the run has instead; show:
        folders to be visible again; writable: folders that may be changed. The longest matching path decides. A link
        counts as its target."""
        change("/", set=RDONLY | NOSUID)
        # Of all processes of the machine, as for example a chroot has one.
        for path in process_folders():
            if path != "/proc" and os.path.isdir(path):
                empty(path)
        self.keep_devices()
        if os.path.isdir("/dev/shm"):
            empty("/dev/shm", "size=%s,mode=1777" % (memory_bytes or "50%"))
        for name in READ_ONLY:
            if os.getuid() == 0 and os.path.exists("/proc/" + name):
                mount("/proc/" + name, "/proc/" + name, "none", MS_BIND | MS_REC)
                change("/proc/" + name, set=RDONLY)
        if os.path.isdir("/run"):
            self.hide("/run")
            for name in RUN:
                self.show("/run/" + name)
        private, writable = plan["private"], set(plan["writable"])
        steps = (
            [(path, None) for path in plan["hide"]]
            + list(private.items())
            + [(path, path) for path in list(plan["show"]) + plan["writable"]]
        )
        for path, source in sorted(steps, key=lambda step: len(step[0])):
            if source is None:
                self.hide(path)
            elif source == path:
                if path in writable or any(is_below(path, folder) for folder in self.hidden):
                    self.show(path, path in writable)
            elif os.path.isdir(path):
                self.replace(path, source)

    def keep_devices(self):
        kept = [name for name in os.listdir("/dev") if name in DEVICES or name.startswith("nvidia")]
        found = {
            name: os.open("/dev/" + name, os.O_PATH | os.O_NOFOLLOW)
            for name in kept
            if not os.path.islink("/dev/" + name)
        }
        empty("/dev", "size=64k,mode=755")
        for name, descriptor in found.items():
            if os.path.isdir("/proc/self/fd/%d" % descriptor):
                os.mkdir("/dev/" + name)
            else:
                os.close(os.open("/dev/" + name, os.O_CREAT))
            bind(descriptor, "/dev/" + name)
            os.close(descriptor)
        self.make_terminals()
        os.symlink("/proc/self/fd", "/dev/fd")
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            os.symlink("/proc/self/fd/%d" % number, "/dev/" + name)
        os.mkdir("/dev/shm")

    def make_terminals(self):
        """Terminals for the run itself: programs that control others need some, and those of the machine must be
        hidden."""
        os.mkdir("/dev/pts")
        os.symlink("pts/ptmx", "/dev/ptmx")
        try:
            mount("devpts", "/dev/pts", "devpts", MS_NOSUID, "newinstance,ptmxmode=0666,mode=0620")
        except OSError:  # not allowed here: without terminals most notebooks run all the same
            pass

    def open(self, path):
        """A descriptor of the original folder; None if it does not exist."""
        around = max((folder for folder in self.hidden if is_below(path, folder)), key=len, default=None)
        try:
            if around is None:
                return os.open(path, os.O_PATH | os.O_DIRECTORY)
            return os.open(os.path.relpath(path, around), os.O_PATH | os.O_DIRECTORY, dir_fd=self.hidden[around])
        except OSError:
            return None

    def hide(self, path):
        if os.path.isfile(path):
            self.hidden_files.add(path)
            return cover_file(path)
        if path not in self.hidden:
            descriptor = self.open(path) if os.path.isdir(path) else None
            if descriptor is None:
                return
            self.hidden[path] = descriptor
        empty(path)

    def replace(self, path, source):
        descriptor = self.open(source)
        if descriptor is None:
            return
        self.hidden[path] = os.open(path, os.O_PATH | os.O_DIRECTORY)
        self.place(descriptor, path, True)

    def show(self, path, writable=False):
        descriptor = self.open(path)
        if descriptor is not None:
            os.makedirs(path, exist_ok=True)
            self.place(descriptor, path, writable)

    def place(self, descriptor, path, writable):
        bind(descriptor, path)
        os.close(descriptor)
        if writable:
            try:
                change(path, clear=RDONLY)
            except PermissionError:
                pass  # read-only to the server too, as a hardened service has it: then it stays so

    def enter(self, root, show, cover):
        """When the run is known: mounts the overlay over root, hides again what this has made visible, and opens the
        run's own folders. show: [[path, may be written], ...]."""
        found = [(path, writable, self.open(path)) for path, writable in sorted(show, key=lambda each: len(each[0]))]
        if root:
            cover()
            self.hide_below(root)
        for path, writable, descriptor in found:
            if descriptor is not None:
                os.makedirs(path, exist_ok=True)
                self.place(descriptor, path, writable)
                self.hide_below(path)

    def hide_below(self, around):
        """Hides again what is in a folder that has just been mounted over the view."""
        for path in sorted(self.hidden, key=len):
            if path != around and is_below(path, around) and os.path.isdir(path):
                self.hide(path)
        for path in self.hidden_files:
            if is_below(path, around) and os.path.isfile(path):
                cover_file(path)
