"""Runs the first cells of a script once, then forks kernels that have run them already.

Run as `python snapshot_server.py SOCKET OUTPUT_BYTES TABLES`, under a supervisor like any kernel; TABLES: the limits of
tables that its cells show, as the kernels of runs have them in `SCRIPT_RUNNER_TABLES`; "" keeps none. Over the socket, one JSON
object per line: {"do": "cell", "source"} is answered by {"type": "cell", "status", "messages", "executionCount"}, with
"fault" (a clause about the cell) if the process can no longer be forked; {"do": "settle"} by {"type": "settled",
"modules": [[path, modified ns, bytes]], "folder"}, the files of the project that were imported; then {"do": "fork",
"cloneSocket", "isolate"} forks a kernel: see clone_child.py.
"""

import atexit
import json
import os
import signal
import socket
import sys
import sysconfig
import tempfile

del sys.path[0]  # the folder of this file

from script_runner_kernel import assign_to_run, kernel, program_end  # noqa: E402
from script_runner_kernel.exit import start  # noqa: E402
from script_runner_kernel.fork import fork_safety, random_state  # noqa: E402
from script_runner_kernel.snapshot import recorder  # noqa: E402
from script_runner_kernel.snapshot.clone_child import clone  # noqa: E402
from script_runner_kernel.fork.forking import serve, share_memory  # noqa: E402
from script_runner_kernel.table.hook import IN_SNAPSHOT  # noqa: E402

OUR_FOLDER = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))) + os.sep


def configure_shell(app, session, tables):
    """Prepares the shell like that of the later kernels, except for the session: what it shows is recorded."""
    shell = app.shell
    for part in (shell.displayhook, shell.display_pub):
        part.session = session
    shell.displayhook.topic = b"execute_result"
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if "" not in sys.path:
        sys.path.insert(0, "")
    IN_SNAPSHOT.append(tables)
    app.hide_initial_ns = False  # what the cells define is the user's


def project_modules():
    """Files of loaded modules that are not installed."""
    installed = tuple(os.path.realpath(path) + os.sep for path in set(sysconfig.get_paths().values())) + (OUR_FOLDER,)
    modules = []
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and os.path.isfile(path) and not os.path.realpath(path).startswith(installed):
            status = os.stat(path)
            modules.append([os.path.realpath(path), str(status.st_mtime_ns), status.st_size])
    return sorted(modules)


class Snapshot:
    def __init__(self, app, limit_bytes, tables):
        variables = dict(os.environ)
        self.app = app
        self.recording = recorder.Recording(limit_bytes)
        session = recorder.RecordingSession(key=b"")
        session.recording = self.recording
        configure_shell(app, session, tables)
        self.streams = recorder.streams(self.recording)
        self.descriptors = recorder.Descriptors(self.recording)
        self.random_state = random_state.RandomState()
        self.fork_safety = fork_safety.ForkSafety(variables)
        self.changes, self.folder, self.kept = {}, os.getcwd(), []
        self.handlers = atexit._ncallbacks() + program_end.count_finalizers()

    def run(self, source):
        """Returns what the server is told about the cell."""
        count = self.app.shell.execution_count
        try:
            good = self.app.shell.run_cell(source, store_history=True).success
            self.descriptors.record()
        except recorder.TooMuchOutput:
            good = False
        self.folder = os.getcwd()
        fault = "prints or shows too much to be kept" if self.recording.is_over else self.fork_safety.fault()
        messages = [] if self.recording.is_over else self.recording.cut()
        status = "ok" if good else "error"
        return {
            "type": "cell",
            "status": status,
            "messages": messages,
            "executionCount": count,
            **({"fault": fault} if fault else {}),
        }

    def settle(self):
        """From now on there are only forks."""
        os.chdir(self.folder)  # by name: what lay over it is gone
        self.changes = self.fork_safety.settle()
        self.random_state.settle()
        program_end.BeforeRun.added = atexit._ncallbacks() + program_end.count_finalizers() - self.handlers
        self.descriptors.restore()
        self.kept = fork_safety.package_files(LINK.fileno())
        tempfile.tempdir = None
        share_memory()

    def apply_environment(self):
        """Changes by the cells apply even if the run has its own values."""
        for name, value in self.changes.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        os.chdir(self.folder)

    def become_kernel(self, arguments):
        """In the fork."""
        IN_SNAPSHOT.clear()
        fork_safety.reopen(self.kept)
        self.apply_environment()
        self.random_state.reseed()
        assign_to_run.AFTERWARDS.extend([self.apply_environment, self.random_state.inherit])
        assign_to_run.AFTERWARDS.append(self.app.tables.give_to_run)
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        kernel.initialize(self.app, arguments)
        for stream in self.streams:
            stream.successor = getattr(sys, stream.stream_name)
        start(self.app)


def answer(link, message):
    link.sendall((json.dumps(message, default=str) + "\n").encode())


def prepare(link, snapshot):
    """Handles requests until the snapshot is complete; False if the server disconnected before."""
    for line in link.makefile("r", encoding="utf-8"):
        command = json.loads(line)
        if command["do"] == "cell":
            answer(link, snapshot.run(command["source"]))
        elif command["do"] == "settle":
            snapshot.settle()
            answer(link, {"type": "settled", "modules": project_modules(), "folder": sysconfig.get_path("purelib")})
            return True
    return False


if __name__ == "__main__":
    LINK = socket.socket(socket.AF_UNIX)
    LINK.connect(sys.argv[1])
    app = kernel.prepare(kernel.load())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    SNAPSHOT = Snapshot(app, int(sys.argv[2]), sys.argv[3])
    if prepare(LINK, SNAPSHOT):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        serve(LINK.fileno(), lambda command: clone(command, SNAPSHOT.become_kernel))
