"""Forks kernels from its own process, each under a supervisor that reports to the server over a socket."""

import atexit
import functools
import gc
import json
import os
import select
import signal
import sys
import tempfile

from script_runner_kernel.supervisor import program
from script_runner_kernel.fork import process_namespace
from script_runner_kernel.fork.huge_page import gather_memory
from script_runner_kernel.fork.preparation import Preparation, Telling
from script_runner_kernel.supervisor.supervisor import Supervisor, become_kernel_process, confine
from script_runner_kernel.proc import map_lines
from script_runner_kernel.sandbox.call_filter import prepare_filter
from script_runner_kernel.sandbox.cgroup import remove_groups
from script_runner_kernel.process import detach, reap_children


def share_memory():
    """Before the first fork: what all forks need is found, and the garbage collector no longer touches the shared
    memory, which is moved into few large pages."""
    thread_setters()
    prepare_filter()
    gc.collect()
    gc.freeze()
    gc.disable()
    gather_memory()


def fork_to_end(work):
    """Returns the process of a child that does the work, and exits as a program does, with the code it asks for."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            import traceback

            os.write(2, traceback.format_exc().encode())
        atexit._run_exitfuncs()
        os._exit(code & 255)
    return pid


class ForkedSupervisor(Supervisor):
    """Its kernel is a fork of this process; the subclass defines what the kernel does first."""

    telling = None

    def start(self, command):
        """Before a process is moved into control groups, the system waits for some milliseconds in which nothing is
        computed (a grace period of RCU): the kernel begins to start meanwhile."""
        self.telling = Telling()
        pid = fork_to_end(lambda: self.become_kernel(command, Preparation(self.telling.said)))
        os.close(self.telling.said)
        try:
            self.sandbox.groups.join(pid)
            self.telling.joined()
        except ProcessLookupError:  # it has ended already, as its status will tell
            pass
        return pid

    def enter(self, command):
        super().enter(command)
        self.telling.mounted(self.kernel)

    def become_kernel(self, command, preparation):
        become_kernel_process(self.output_end)
        confine(self.sandbox)
        for descriptor in {
            self.commands,
            self.reports,
            self.wakeup,
            self.wakeup_end,
            self.output,
            self.output_end,
            self.telling.end,
        } | self.sandbox.descriptors():
            os.close(descriptor)
        set_up_process(command)
        self.run_kernel(command, preparation)

    def run_kernel(self, command, preparation):
        """Runs the kernel to its end, in its own process. command: of its start."""
        raise NotImplementedError


def set_up_process(command):
    """In the kernel's process: what a program gets when it starts."""
    os.environ.clear()
    os.environ.update(command["env"])
    os.chdir(command["cwd"])
    tempfile.tempdir = None  # remembered from the variables of its parent
    gc.enable()
    use_all_processors()
    sys.argv = ["kernel.py"] + command["argv"]


def use_all_processors():
    """The numeric libraries of the fork server run on one thread, because others do not survive a fork; those of the
    kernel need not."""
    wanted = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    count = int(wanted) if wanted.isdigit() else len(os.sched_getaffinity(0))
    if count == 1:
        return
    for set_count in thread_setters():
        set_count(count)


@functools.lru_cache(maxsize=None)
def thread_setters():
    """The functions of the loaded numeric libraries that take a number of threads; found before the first fork."""
    import ctypes

    libraries = {
        line.split()[-1]
        for line in map_lines("self")
        if ".so" in line and ("openblas" in line or "libgomp" in line or "libomp" in line)
    }
    found = []
    for path in libraries:
        library = ctypes.CDLL(path)
        names = (
            "scipy_openblas_set_num_threads64_",
            "scipy_openblas_set_num_threads",
            "openblas_set_num_threads64_",
            "openblas_set_num_threads",
            "omp_set_num_threads",
        )
        found += [getattr(library, name) for name in names if hasattr(library, name)][:1]
    return found


def fork_supervisor(command, supervisor_class):
    """Forks the supervisor of one kernel; it reports to the server over its own socket. Returns its process if that
    is the first one of a process namespace: then the control groups of this name are left to the caller."""
    plan = command["plan"]
    is_first = process_namespace.can_make(plan["isolate"])
    pid = process_namespace.fork() if is_first else os.fork()
    if pid != 0:
        return pid if is_first else None
    try:
        descriptor = detach(command["socket"])
        supervise = program.supervise_inside if is_first else program.supervise
        supervise(plan, descriptor, descriptor, supervisor_class)
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    os._exit(0)


def serve(commands, fork):
    """Forks on request until the descriptor that carries the commands is closed. fork: called with each command, as
    `fork_supervisor`."""
    plans = {}
    wakeup, wakeup_end = os.pipe()
    for descriptor in (wakeup, wakeup_end):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
    line = b""
    while True:
        ready = select.select([commands, wakeup], [], [])[0]
        if wakeup in ready:
            os.read(wakeup, 4096)
            for pid in reap_children():
                if pid in plans:
                    remove_groups(**plans.pop(pid))
        if commands in ready:
            data = os.read(commands, 65536)
            if not data:
                return
            *lines, line = (line + data).split(b"\n")
            for text in lines:
                command = json.loads(text)
                pid = fork(command)
                if pid is not None:
                    plans[pid] = {"places": command["plan"]["groups"], "name": command["plan"]["name"]}
