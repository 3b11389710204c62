"""The life of one kernel: its start, signals, end, and the death of all that it started."""

import errno
import json
import os
import select
import signal
import time

from script_runner_kernel.sandbox.overlay import overlay, written
from script_runner_kernel.sandbox.privilege import drop_privileges
from script_runner_kernel.process import are_ending, oom_kills, own_name, process_names, reap_children, stop_all
from script_runner_kernel.proc import is_ending
from script_runner_kernel.system import PR_SET_PDEATHSIG, libc, linux
from script_runner_kernel.sandbox.limit_watch import LimitWatch, memory_below

TAIL_BYTES = 8192
# If no group shares the processors fairly, the server still has priority.
NICE = 5
# After a kernel that was asked to end, what it started has this time to end by itself: a shell that hears that its
# terminal is gone runs its own exit handlers.
LEAVE_S = 0.5
# Time for all that was killed to execute nothing more, and how often that is looked at.
STILL_S, LOOK_S = 0.1, 0.0002
SIGNALS = {"pause": signal.SIGSTOP, "resume": signal.SIGCONT, "terminate": signal.SIGTERM}


class Supervisor:
    """The life of one kernel. `start` makes its process and returns the pid."""

    def __init__(self, commands, reports, sandbox):
        self.commands, self.reports, self.sandbox = commands, reports, sandbox
        self.watch, self.limit = None, None
        self.kernel, self.status, self.asked, self.upper = 0, None, False, None
        self.leaving, self.is_still = False, False
        self.tail, self.line = b"", b""
        self.output, self.output_end = os.pipe()
        self.wakeup, self.wakeup_end = os.pipe()
        for descriptor in (self.wakeup, self.wakeup_end, self.output):
            os.set_blocking(descriptor, False)
        # Only where no group counts its own.
        self.oom_before = 0 if "memory" in sandbox.groups.held else oom_kills()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wakeup_end, warn_on_full_buffer=False)

    def report(self, **message):
        """Reports to the server; if it is gone, the work continues without a report."""
        data = (json.dumps(message) + "\n").encode()
        try:
            while data:
                data = data[os.write(self.reports, data) :]
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET):
                raise

    def run(self, pid):
        """Handles commands until the kernel or the server is gone; then cleans up and reports the end. pid: the
        supervisor's, as the server sees it."""
        self.report(type="ready", pid=pid, isolation=self.sandbox.isolation + sorted(self.sandbox.groups.held))
        poll = select.poll()
        for descriptor in (self.commands, self.wakeup, self.output):
            poll.register(descriptor, select.POLLIN)
        while self.status is None:
            for descriptor, _ in poll.poll(self.watch.wait_ms() if self.watch and not self.limit else None):
                if descriptor == self.output:
                    if not self.read_output():
                        poll.unregister(descriptor)
                elif descriptor == self.wakeup:
                    self.reap()
                elif not self.read_commands():
                    poll.unregister(descriptor)
                    self.asked = True
                    self.kill()
            if self.watch and self.limit is None:
                self.limit = self.sandbox.groups.exceeded() or self.watch.exceeded()
                if self.limit:
                    self.kill()
        self.end()

    def read_output(self):
        """Keeps the end of what is written to the kernel's own descriptors 1 and 2; False when they are closed."""
        data = os.read(self.output, 65536)
        self.tail = (self.tail + data)[-TAIL_BYTES:]
        return bool(data)

    def read_commands(self):
        data = os.read(self.commands, 65536)
        *lines, self.line = (self.line + data).split(b"\n")
        for line in lines:
            self.on_command(json.loads(line))
        return bool(data)

    def reap(self):
        try:
            while os.read(self.wakeup, 4096):
                pass
        except BlockingIOError:
            pass
        self.status = reap_children().get(self.kernel, self.status)

    def on_command(self, command):
        action = command["do"]
        try:
            if action == "start":
                self.started(self.start(command))
            elif action == "enter":
                self.enter(command)
                self.report(type="entered")
            elif action == "measure":
                self.report(type="measured", memory=memory_below(self.root()))
            elif action == "leave":
                self.leaving = True
            elif action == "kill":
                self.asked = True
                self.kill_now()
            elif self.kernel:
                self.signal(action)
        except OSError as error:
            self.report(type="failed", what=action, message=str(error))

    def enter(self, command):
        """From now on the kernel is assigned to a run: its folders are mounted, and its limits are watched."""
        root, view = command["root"], self.sandbox.view

        def cover():
            kept = [] if view else [path for path, writable in command["show"] if writable]
            try:
                self.upper = overlay(root, command["scratch"], kept)
            except OSError:  # a system without overlays: read-only where the view is, else the real files
                pass

        if view:
            view.enter(root, command["show"], cover)
        elif root and "mount" in self.sandbox.isolation:
            cover()
        self.watch = LimitWatch(self.sandbox, self.root(), command["watch"], command["scratch"])

    def root(self):
        """The process from which everything that the kernel starts descends, by its number in /proc."""
        return own_name()

    def started(self, pid):
        self.kernel = pid
        os.close(self.output_end)
        self.report(type="started", pid=pid)

    def signal(self, action):
        if action == "interrupt":
            # The whole group, as Jupyter does: `!sleep 1000` is interrupted, too.
            os.killpg(self.kernel, signal.SIGINT)
        else:
            os.kill(self.kernel, SIGNALS[action])

    def start(self, command):
        pid = os.fork()
        if pid != 0:
            return pid
        try:
            self.enter_sandbox()
            become_kernel_process(self.output_end)
            self.sandbox.groups.join()
            confine(self.sandbox)
            os.chdir(command["cwd"])
            os.execvpe(command["argv"][0], command["argv"], command["env"])
        except OSError as error:
            os.write(2, ("%s: %s\n" % (command["argv"][0], error)).encode())
        os._exit(127)

    def enter_sandbox(self):
        """In the child that will be the kernel: the parts of its sandbox that do not apply to the supervisor."""

    def kill(self):
        """With everything that it started, where one call can do that: a fork bomb would continue until its first
        process is gone."""
        if self.kernel == 0:
            self.status = 0
            return
        # Otherwise its group, which exists only after a moment.
        for target in [-1] if "pid" in self.sandbox.isolation else [-self.kernel, self.kernel]:
            try:
                os.kill(target, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass

    def kill_now(self):
        """Waits until nothing that was killed executes anything more, which is its end for whoever looks at what it has
        written. To give back its memory takes the system much longer. One that ends by itself already is waited for."""
        is_ours = self.kernel != 0 and self.sees_all() and not is_ending("/proc/%d" % self.kernel)
        self.kill()
        until = time.monotonic() + STILL_S
        while is_ours and self.status is None and time.monotonic() < until:
            if self.is_everything_ending():
                self.is_still, self.status = True, signal.SIGKILL
            else:
                time.sleep(LOOK_S)

    def sees_all(self):
        """Whether /proc has all that the kernel has started, and by the numbers that this process knows."""
        return os.getpid() == 1 and own_name() == 1

    def is_everything_ending(self):
        """After `kill`."""
        return are_ending(int(name) for name in process_names() if name != "1")

    def kill_all(self):
        """Kills everything that the kernel left behind, until there is nothing."""
        while True:
            if "pid" in self.sandbox.isolation:
                try:
                    os.kill(-1, signal.SIGKILL)
                except ProcessLookupError:
                    return
            else:
                for pid in stop_all(os.getpid()):
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except (ProcessLookupError, PermissionError):
                        pass
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return
            reap_children()

    def await_rest(self):
        """Waits until everything that the kernel left behind has ended, at most LEAVE_S."""
        until = time.monotonic() + LEAVE_S
        while time.monotonic() < until:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    select.select([self.wakeup], [], [], max(0, until - time.monotonic()))
                    self.reap()
            except ChildProcessError:
                return

    def end(self):
        if self.leaving and not self.asked:
            self.await_rest()
        if not self.is_still:
            self.kill_all()
        try:
            while self.read_output():
                pass
        except BlockingIOError:
            pass
        signalled = os.WIFSIGNALED(self.status)
        was_killed = signalled and os.WTERMSIG(self.status) == signal.SIGKILL and not self.asked
        if not self.limit and not self.asked:
            self.limit = self.sandbox.groups.exceeded()
        limit = {"limit": dict(zip(("name", "used", "value"), self.limit))} if self.limit else {}
        ended = (
            {"signal": signal.Signals(os.WTERMSIG(self.status)).name}
            if signalled
            else {"exitCode": os.WEXITSTATUS(self.status)}
        )
        discarded = written(self.upper) if self.upper else []
        self.report(
            type="ended",
            outOfMemory=was_killed and self.is_out_of_memory(),
            tail=self.last_words(),
            discarded=discarded,
            **limit,
            **ended,
        )
        self.kill_all()

    def last_words(self):
        """Without the word that the limit cuts: the end of a secret could not be recognised."""
        text = self.tail.decode("utf-8", "replace")
        if len(self.tail) < TAIL_BYTES:
            return text
        words = text.split(None, 1)
        return words[1] if len(words) > 1 else ""

    def is_out_of_memory(self):
        """Whether the system killed because memory ran out. The machine counts all its kills, a group only its own."""
        own = self.sandbox.groups.oom_kills()
        return oom_kills() > self.oom_before if own is None else own > 0


def become_kernel_process(output_end):
    """In the forked child: its own session, standard descriptors, default signals, death with its parent."""
    os.setsid()
    if linux:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDONLY)
    for descriptor, target in ((null, 0), (output_end, 1), (output_end, 2)):
        os.dup2(descriptor, target)


def confine(sandbox):
    """In the forked child: its limits except those of its control groups, and no way to gain privileges."""
    bound_process(sandbox)
    if sandbox.view:
        drop_privileges(forks="snapshot" in sandbox.plan)


def bound_process(sandbox):
    if not hasattr(os, "fork"):
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sandbox.limits["file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (sandbox.limits["file"], sandbox.limits["file"]))
    sandbox.bound_processes()
    if "cpu" not in sandbox.groups.held:
        os.nice(NICE)
