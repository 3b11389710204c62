"""Supervises one kernel: starts it, relays signals, reports its end, and lets nothing that it started outlive the
server.

Run as `python -I -S program.py PLAN` (JSON, see src/kernel/sandbox/supervisor-plan.ts) with a pipe from the server on
descriptor 0 and one to it on descriptor 1; both carry one JSON object per line. Commands: {"do": "start", "argv",
"env", "cwd", "run" (only for a forked kernel, see assign_to_run.py)}, {"do": "enter", "root", "scratch", "show",
"watch"}, {"do": "measure" | "interrupt" | "pause" | "resume" | "terminate" | "leave" | "kill"}. Reports: {"type":
"ready", "pid", "isolation"}, "entered", "started", "measured", "failed", and last of all "ended": everything has exited,
or, after a kill, will execute nothing more. The end of the command pipe means kill. The fork server uses the same
supervisor over a socket. With "snapshot" in the plan, it supervises a snapshot: see snapshot_supervisor.py.

If namespaces may be made, the supervisor is process 1 of its own, and everything that the kernel ever started dies with
it. Otherwise the supervisor is the subreaper of all that it started, finds them by their parents and kills them one by
one. Standard library only, Python 3.8 or later.
"""

import json
import os
import signal
import sys

if __name__ == "__main__":  # with -I, Python does not look beside the program
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from script_runner_kernel.process import interrupt_nobody, own_name  # noqa: E402
from script_runner_kernel.sandbox.sandbox import Sandbox  # noqa: E402
from script_runner_kernel.supervisor.supervisor import Supervisor  # noqa: E402
from script_runner_kernel.system import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, libc, linux  # noqa: E402


def supervise(plan, commands, reports, supervisor_class):
    """Supervises one kernel, in its own sandbox as far as possible; returns when everything has ended."""
    pid = os.getpid()
    sandbox = Sandbox(plan, plan["isolate"])
    if "pid" in sandbox.isolation:
        supervisor = os.fork()
        if supervisor != 0:
            os.waitpid(supervisor, 0)  # the server hears the end of the line when this process is gone, too
            sandbox.groups.remove()
            return
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    elif linux:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    sandbox.close_off()
    supervisor_class(commands, reports, sandbox).run(pid)
    if "pid" not in sandbox.isolation:
        sandbox.groups.remove()


def supervise_inside(plan, commands, reports, supervisor_class):
    """As `supervise`, in the first process of a process namespace; whoever has made it removes the groups."""
    pid = own_name()  # as the server sees it: /proc is still the machine's
    sandbox = Sandbox(plan, plan["isolate"], made=["pid"])
    if sandbox.isolation != plan["isolate"]:
        raise OSError("The namespaces of a kernel could not be made.")
    sandbox.close_off()
    supervisor_class(commands, reports, sandbox).run(pid)


def choose_class(plan):
    if "snapshot" not in plan:
        return Supervisor
    from script_runner_kernel.snapshot.snapshot_supervisor import SnapshotSupervisor

    return SnapshotSupervisor


if __name__ == "__main__":
    PLAN = json.loads(sys.argv[1])
    interrupt_nobody()
    supervise(PLAN, 0, 1, choose_class(PLAN))
