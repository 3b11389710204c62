"""Tries out control groups as the helper does, and is killed before the connection is accepted."""

import os, sys

sys.path.insert(0, folder)
from script_runner_kernel.peer import group_check

fork = os.fork


def fork_and_die():
    pid = fork()
    if pid:
        os.kill(os.getpid(), 9)
    return pid


group_check.PROBE_S = 120
os.fork = fork_and_die
group_check.group_of_member(None, group)
