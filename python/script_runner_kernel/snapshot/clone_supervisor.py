"""Supervises one kernel that a snapshot's process has forked: makes its sandbox around it from outside.

The fork makes its own namespaces, which needs no privileges, and waits. It runs in memory that the author's code may
have changed, so it is not trusted: it has no privileges over what it inherited, and everything else is done from here.
See clone_child.py for its side.
"""

import json
import os
import select
import signal
import socket
import struct

from script_runner_kernel.fork.preparation import Telling
from script_runner_kernel.sandbox.sandbox import Sandbox
from script_runner_kernel.supervisor.supervisor import Supervisor
from script_runner_kernel.sandbox.namespace import join_namespace, unshare
from script_runner_kernel.sandbox.overlay import overlay
from script_runner_kernel.sandbox.call_filter import can_filter
from script_runner_kernel.process import are_ending, descendants, detach, own_name
from script_runner_kernel.snapshot.clone_check import check_clone
from script_runner_kernel.system import (
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    PIDFD_OPEN,
    PIDFD_SEND_SIGNAL,
    attach_tree,
    call,
    copy_tree,
    mount,
)
from script_runner_kernel.sandbox.limit_watch import LimitWatch
from script_runner_kernel.sandbox.mount_view import RDONLY, View, change_tree, is_below

# A living snapshot forks within milliseconds.
FORK_S = 5.0
FILES = {"mount": "mnt", "pid": "pid", "ipc": "ipc", "network": "net"}


def supervise_clone(command, turns, folders):
    """As program.supervise. directory: the kernel's own. turns: a ForkTurns. folders: those of the snapshot itself."""
    plan, path = command["plan"], command["cloneSocket"]
    refused = begin(turns)  # before the server hears of it, and tells the snapshot to fork
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(2)
        listener.settimeout(FORK_S)
        link = detach(command["socket"], [listener.fileno(), turns.record])
        sandbox, pid = Sandbox(plan, []), 0
        try:
            if refused:
                raise refused
            try:
                child, pid = accept_clone(listener, plan)
            finally:
                turns.end(pid)
            check_clone(pid, folders)
            sandbox.groups.join(pid)
            sandbox.isolation = plan["isolate"] + ["files"] + (["calls"] if can_filter() else [])
            sandbox.bound_processes(pid)
            prepare_folders(pid, plan, command["directory"])
            os.kill(pid, signal.SIGCONT)
        except OSError as error:
            end(pid)
            # The server sends what to start at once; if nobody reads that, it only learns that the connection broke.
            if select.select([link], [], [], FORK_S)[0]:
                os.read(link, 65536)
            os.write(link, (json.dumps({"type": "ended", "exitCode": 1, "tail": str(error)}) + "\n").encode())
            sandbox.groups.remove()
            return
        finally:
            os.unlink(path)
    CloneSupervisor(link, link, sandbox, child, pid).run(0)
    sandbox.groups.remove()


def begin(turns):
    """The error if the snapshot's process may not fork."""
    try:
        turns.begin()
    except OSError as error:
        return error


def end(pid):
    """Kills the process; 0: there is none."""
    try:
        if pid:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def accept(listener):
    """A connection, and the process at its other end."""
    connection = listener.accept()[0]
    connection.settimeout(FORK_S)
    return connection, struct.unpack("iII", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def accept_clone(listener, plan):
    """The connection to the first process of the new namespaces, and its pid. Throws if they were not made."""
    parent, pid = accept(listener)
    if parent.recv(1) != b"1":
        raise OSError("The snapshot could not fork.")
    share_users(pid)
    parent.sendall(b"1")
    child, pid = accept(listener)
    parent.close()
    for name in ["user"] + [FILES[name] for name in plan["isolate"] if name in FILES]:
        if os.readlink("/proc/%d/ns/%s" % (pid, name)) == os.readlink("/proc/self/ns/%s" % name):
            raise OSError("The snapshot's fork has no %s namespace of its own." % name)
    return child, pid


def share_users(pid):
    """In the new user namespace all ids stay the same."""
    for kind in ("uid", "gid"):
        with open("/proc/self/%s_map" % kind) as own:
            lines = ["%s %s %s" % (first, first, count) for first, _, count in (line.split() for line in own)]
        with open("/proc/%d/%s_map" % (pid, kind), "w") as file:
            file.write("\n".join(lines))


def inside(pid, work, processes=False):
    """Does the work in a child that sees the mounts of the process; with `processes` in its process namespace, too."""
    worker = os.fork()
    if worker != 0:
        if os.waitpid(worker, 0)[1] != 0:
            raise OSError("The folders of this run could not be prepared.")
        return
    code = 1
    try:
        mounts = os.open("/proc/%d/ns/mnt" % pid, os.O_RDONLY)
        if processes:
            join_namespace(os.open("/proc/%d/ns/pid" % pid, os.O_RDONLY), "pid")
            inner = os.fork()
            if inner != 0:
                os._exit(os.waitpid(inner, 0)[1] != 0)
        work(lambda: join_namespace(mounts, "mount"))
        code = 0
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    os._exit(code)


def prepare_folders(pid, plan, directory):
    """Mounts the kernel's own view over the snapshot's, which it cannot remove: its folder, its processes, nothing of
    the snapshot's."""

    def work(go):
        own = copy_tree(directory)
        unshare(["mount"])
        mount("none", "/", "none", MS_REC | MS_PRIVATE)
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        processes = copy_tree("/proc")
        go()
        attach_tree(processes, "/proc")
        os.makedirs(directory, exist_ok=True)
        attach_tree(own, directory)
        View().protect(plan["view"], plan["limits"]["memory"])

    inside(pid, work, processes=True)


def open_handles(pids):
    """By process; of those that are still there."""
    handles = {}
    for pid in pids:
        try:
            handles[pid] = call(PIDFD_OPEN, "open process", pid, 0)
        except OSError:
            pass
    return handles


def send_kill(handle):
    try:
        call(PIDFD_SEND_SIGNAL, "kill", handle, signal.SIGKILL, None, 0)
    except ProcessLookupError:
        pass


class CloneSupervisor(Supervisor):
    """Its kernel is a child of `first`, which reports over the connection how that ended."""

    def __init__(self, commands, reports, sandbox, child, first):
        super().__init__(commands, reports, sandbox)
        signal.set_wakeup_fd(-1)
        os.close(self.wakeup)
        self.wakeup, self.child, self.first = child.fileno(), child, first
        self.handle = call(PIDFD_OPEN, "open process", first, 0)
        self.telling = Telling()

    def start(self, command):
        text = json.dumps({name: command[name] for name in ("argv", "env", "cwd")}).encode() + b"\n"
        descriptors = struct.pack("ii", self.output_end, self.telling.said)
        self.child.sendmsg([text[:1]], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        self.child.sendall(text[1:])
        os.close(self.telling.said)
        if self.child.recv(1) != b"\n":
            raise OSError("The kernel could not be forked.")
        return next(iter(descendants(self.first)), self.first)

    def reap(self):
        try:
            said = os.read(self.wakeup, 16)
        except ConnectionResetError:
            said = b""
        self.status = int(said) if said.strip().isdigit() else signal.SIGKILL

    def root(self):
        return self.first

    def enter(self, command):
        root, scratch = command["root"], command["scratch"]
        shown = [
            (path, writable)
            for path, writable in sorted(command["show"], key=lambda each: len(each[0]))
            if os.path.isdir(path)
        ]
        for around in [path for path, _ in shown] + [root or ""]:
            for hidden in self.sandbox.plan["view"]["hide"]:
                if around and hidden != around and is_below(hidden, around):
                    raise OSError("%s lies in %s." % (hidden, around))
        trees = [(path, writable, copy_tree(path)) for path, writable in shown]

        def work(go):
            go()
            if root:
                overlay(root, scratch, [])
            for path, writable, tree in trees:
                change_tree(tree, **({"clear": RDONLY} if writable else {"set": RDONLY}))
                os.makedirs(path, exist_ok=True)
                attach_tree(tree, path)

        try:
            inside(self.first, work)
        finally:
            for _, _, tree in trees:
                os.close(tree)
        self.upper = os.path.join(scratch, "upper") if root else None
        self.watch = LimitWatch(self.sandbox, self.first, command["watch"], scratch)
        self.telling.mounted(self.kernel)

    def kill(self):
        send_kill(self.handle)

    def sees_all(self):
        return own_name() == os.getpid()

    def is_everything_ending(self):
        """What is below the first process would be killed only when that has given back its memory."""
        handles = open_handles(descendants(self.first))
        try:
            # a number that is another process's by now is not below the first process, or is to be killed, too
            found = descendants(self.first)
            for pid in handles.keys() & set(found):
                send_kill(handles[pid])
        finally:
            for handle in handles.values():
                os.close(handle)
        return are_ending([self.first, *found])

    def kill_all(self):
        """All others of its namespace end with the first process, before it has exited."""
        self.kill()
        select.select([self.handle], [], [])
