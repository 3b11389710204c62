"""Supervises the process of a snapshot, and makes the sandboxes of the kernels that are forked from it.

It has one command more than supervisor/program.py: {"do": "clone", "socket", "cloneSocket", "directory", "plan"} makes
a supervisor that connects to the server's socket and takes the kernel from the snapshot's process, which the server
tells the path of `cloneSocket`.

The author's code has run in the snapshot's process, so that process only forks for others. It alone has the view of a
run and no privileges; this process keeps the machine's view and its privileges, and never runs code of a script.
"""

import os

from script_runner_kernel.supervisor.supervisor import Supervisor
from script_runner_kernel.sandbox.namespace import unshare
from script_runner_kernel.sandbox.limit_watch import LimitWatch
from script_runner_kernel.snapshot.fork_turn import ForkTurns


class SnapshotSupervisor(Supervisor):
    folders = ()
    turns = None

    def on_command(self, command):
        if command["do"] == "clone":
            self.clone(command)
        else:
            super().on_command(command)

    def enter(self, command):
        """Before the start: what the cells may see and change. There is no overlay over the scripts folder: each run
        must have its own copy of what the cells would write there."""
        self.folders = command["show"]
        self.watch_folders = command["watch"]

    def enter_sandbox(self):
        unshare(["mount"])
        self.sandbox.protect()
        self.sandbox.view.enter(None, self.folders, None)

    def started(self, pid):
        super().started(pid)
        # Not everything below the supervisor: runs are watched by their own supervisors.
        self.watch = LimitWatch(self.sandbox, pid, self.watch_folders, itself=True)

    def clone(self, command):
        if self.turns is None:
            self.turns = ForkTurns(self.kernel)
        if os.fork() != 0:
            return
        from script_runner_kernel.snapshot.clone_supervisor import supervise_clone

        try:
            view = self.sandbox.plan["view"]
            supervise_clone(command, self.turns, [*view["hide"], *view["private"]])
        except BaseException:
            import traceback

            os.write(2, traceback.format_exc().encode())
        os._exit(0)
