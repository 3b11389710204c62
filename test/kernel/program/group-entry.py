"""Forks a kernel whose control group takes it late, and whose folders are mounted later; prints in which order they and
it went on."""

import os
import sys
import threading
import time

sys.path.insert(0, folder)
from script_runner_kernel.fork.forking import ForkedSupervisor
from script_runner_kernel.proc import stat_of
from script_runner_kernel.sandbox.sandbox import Sandbox

limits = dict.fromkeys(("memory", "processes", "cpu", "file", "disk"), 0)
sandbox = Sandbox({"limits": limits, "groups": [], "name": "late", "view": False}, [])
# The door of a group that takes nobody until somebody reads what is before.
said, door = os.pipe()
os.set_blocking(door, False)
try:
    while True:
        os.write(door, b"x" * 65536)
except BlockingIOError:
    os.set_blocking(door, True)
sandbox.groups.doors = [(os.open("/", os.O_PATH), door)]
steps, steps_end = os.pipe()


class Supervisor(ForkedSupervisor):
    def run_kernel(self, command, preparation):
        os.write(steps_end, b"%d\n" % os.getpid())
        preparation.await_groups()
        os.write(steps_end, b"goes on\n")
        preparation.await_folders()
        os.write(steps_end, b"has its folders\n")


def await_sleep(pid):
    while stat_of("/proc/%d" % pid)[0] not in (b"S", b"Z"):
        time.sleep(0.001)


def open_door():
    with os.fdopen(steps, closefd=False) as lines:
        pid = int(lines.readline())
        await_sleep(pid)
        os.write(steps_end, b"taken\n")
        while str(pid).encode() not in os.read(said, 65536):
            pass
        found = [lines.readline().strip() for _ in range(2)]
        await_sleep(pid)
        os.write(steps_end, b"mounted\n")
        supervisor.enter({"root": None, "show": [], "watch": [], "scratch": "/"})
        print(*found, *(lines.readline().strip() for _ in range(2)), sep=", ")


supervisor = Supervisor(*os.pipe(), sandbox)
opener = threading.Thread(target=open_door)
opener.start()
pid = supervisor.start({"argv": [], "env": {}, "cwd": "/"})
opener.join()
os.waitpid(pid, 0)
