"""The snapshot's side of a clone: forks a kernel of its process into new namespaces. See clone_supervisor.py."""

import json
import os
import select
import signal
import socket
import struct

from script_runner_kernel import assign_to_run
from script_runner_kernel.fork.forking import fork_to_end, set_up_process
from script_runner_kernel.fork.preparation import MOUNTED, Preparation
from script_runner_kernel.supervisor.supervisor import become_kernel_process
from script_runner_kernel.sandbox.namespace import raise_loopback, unshare
from script_runner_kernel.sandbox.privilege import drop_privileges


def clone(command, run_kernel):
    """command: {"cloneSocket", "isolate"}."""
    if os.fork() != 0:
        return
    try:
        signal.set_wakeup_fd(-1)
        os.closerange(3, 1024)
        link = connect(command["cloneSocket"])
        unshare(["user"] + command["isolate"])
        link.sendall(b"1")
        if link.recv(1) and os.fork() == 0:
            link.close()
            run_first_process(command, run_kernel)
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    os._exit(0)


def connect(path):
    link = socket.socket(socket.AF_UNIX)
    link.connect(path)
    return link


def run_first_process(command, run_kernel):
    """As process 1: has one child, the kernel; reaps, and exits when the kernel exits or its supervisor is gone."""
    os.setsid()
    # Nothing of the snapshot's remains: its supervisor checks.
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    os.close(null)
    if "loopback" in command["isolate"]:
        raise_loopback()
    drop_privileges()
    link = connect(command["cloneSocket"])
    start, output_end, said = receive(link)

    def become_kernel():
        become_kernel_process(output_end)
        os.closerange(3, said)
        os.closerange(said + 1, 1024)
        assign_to_run.BEFORE.append(Preparation(said, MOUNTED).await_folders)
        set_up_process(start)
        run_kernel(start["argv"])

    wakeup, wakeup_end = os.pipe()
    os.set_blocking(wakeup_end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
    kernel = fork_to_end(become_kernel)
    os.close(output_end)
    os.close(said)
    link.sendall(b"\n")
    while True:
        if link in select.select([link, wakeup], [], [])[0]:
            os._exit(0)
        os.read(wakeup, 4096)
        status = reap(kernel)
        if status is not None:
            link.sendall(b"%d\n" % status)
            os._exit(0)


def reap(kernel):
    found = None
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return found
        if pid == kernel:
            return status


def receive(link):
    """The arguments of the kernel's start, the descriptor to which it writes, and that of what its supervisor says."""
    text, rights, _, _ = link.recvmsg(65536, socket.CMSG_SPACE(8))
    output_end, said = struct.unpack("ii", rights[0][2])
    os.set_inheritable(said, False)
    while not text.endswith(b"\n"):
        more = link.recv(65536)
        if not more:
            os._exit(0)
        text += more
    return json.loads(text), output_end, said
