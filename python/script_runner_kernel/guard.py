"""Keeps one kernel: starts it, relays signals, reports its end, and lets nothing it started outlive the server.

Run as `python -I -S guard.py '{"isolate": ["mount", "pid", "network"]}'` with a pipe from the server on descriptor 0 and
one to it on descriptor 1; both carry one JSON object a line. Commands: {"do": "start", "argv", "env", "cwd"},
{"do": "overlay", "root", "scratch", "keep"}, {"do": "interrupt" | "pause" | "resume" | "kill"}. Reports: {"type": "ready",
"pid", "isolation"}, "overlaid", "started", "failed", and last of all "ended". The end of the command pipe means kill.
The fork server uses the same keeper over a socket.

Where namespaces may be made, the keeper is process 1 of its own, and everything the kernel ever started dies with it.
Elsewhere the keeper is the subreaper of all it started, finds them by their parents and kills them one by one.
Standard library only, Python 3.8 or later.
"""
import json
import os
import signal
import sys

if __name__ == "__main__":  # with -I, Python does not look beside the program
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from script_runner_kernel.keeper import Keeper  # noqa: E402
from script_runner_kernel.namespace import enter_namespaces  # noqa: E402
from script_runner_kernel.system import MS_NODEV, MS_NOEXEC, MS_NOSUID, PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, libc, linux, mount  # noqa: E402


def keep_isolated(wanted, commands, reports, keeper_class=Keeper):
    """Keeps one kernel, in namespaces of its own where that is possible; returns when all is over."""
    pid = os.getpid()
    isolation = enter_namespaces(wanted)
    if "pid" in isolation:
        keeper = os.fork()
        if keeper != 0:
            for descriptor in {commands, reports}:
                os.close(descriptor)
            os.waitpid(keeper, 0)
            return
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if "mount" in isolation:
            try:
                mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
            except OSError:
                pass
    elif linux:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    keeper_class(commands, reports, isolation).keep(pid)


if __name__ == "__main__":
    keep_isolated(json.loads(sys.argv[1])["isolate"], 0, 1)
