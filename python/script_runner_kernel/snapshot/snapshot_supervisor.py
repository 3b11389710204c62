"""Keeps the process of a snapshot, and makes the boxes of the kernels that are forked from it.

One command more than supervisor/program.py's: {"do": "bear", "socket", "birth", "directory", "plan"} makes a guard that connects to
the server's socket
and takes the kernel from the snapshot's process, which is told the path of `birth` by the server.

The author's code has run in the snapshot's process, so that does nothing for others but fork. It alone has the view of
a
run and no powers; this process keeps the machine's view and its powers, and never runs code of a script.
"""

import os

from script_runner_kernel.supervisor.supervisor import Keeper
from script_runner_kernel.sandbox.namespace import unshare
from script_runner_kernel.sandbox.usage import Watch
from script_runner_kernel.snapshot.fork_turn import ForkTurns


class SnapshotKeeper(Keeper):
    folders = ()
    turns = None

    def obey(self, command):
        if command["do"] == "bear":
            self.bear(command)
        else:
            super().obey(command)

    def enter(self, command):
        """Before the start: what the cells may see and change. Nothing is laid over the scripts' folder: what the cells
        would write
        there, each run must have for itself."""
        self.folders = command["show"]
        self.watch_folders = command["watch"]

    def enclose(self):
        unshare(["mount"])
        self.box.protect()
        self.box.view.enter(None, self.folders, None)

    def started(self, pid):
        super().started(pid)
        # Not all that is below the keeper: its runs are watched by their own.
        self.watch = Watch(self.box, pid, self.watch_folders, itself=True)

    def bear(self, command):
        if self.turns is None:
            self.turns = ForkTurns(self.kernel)
        if os.fork() != 0:
            return
        from script_runner_kernel.snapshot.clone_supervisor import keep_born

        try:
            view = self.box.plan["view"]
            keep_born(command, self.turns, [*view["hide"], *view["private"]])
        except BaseException:
            import traceback

            os.write(2, traceback.format_exc().encode())
        os._exit(0)
