"""The sandbox of one kernel: limits, control groups, namespaces, and its view of the files."""

import os

from script_runner_kernel.sandbox.cgroup import Groups
from script_runner_kernel.sandbox.namespace import enter_namespaces
from script_runner_kernel.sandbox.call_filter import can_filter
from script_runner_kernel.system import MS_NODEV, MS_NOEXEC, MS_NOSUID, linux_since, mount
from script_runner_kernel.sandbox.mount_view import View, can_protect

# The supervisor must see that the limit is exceeded, and report it, before the script gets an error.
SLACK = 2


class Sandbox:
    """view: None if it is the machine's."""

    def __init__(self, plan, isolate, made=()):
        """made: namespaces, of those to isolate by, that are this process's own already."""
        self.plan, self.limits = plan, plan["limits"]
        self.groups = Groups(plan["groups"], plan["name"], self.limits)
        self.isolation = enter_namespaces(isolate, made)
        self.view = None

    def descriptors(self):
        """Those that are not the kernel's."""
        return {descriptor for doors in self.groups.doors for descriptor in doors} | set(
            self.view.hidden.values() if self.view else []
        )

    def bound_processes(self, pid=0):
        """The system refuses more processes than some times the limit to this process (0) or the given one and all that
        it starts, so that a fork bomb cannot outrun the supervisor. This is counted per user namespace (Linux 5.14), of
        which each kernel of an ordinary user has its own; those of a snapshot are below the snapshot's, and would be
        counted with it."""
        limit = self.limits["processes"]
        if not limit or not self.isolation or os.getuid() == 0 or "snapshot" in self.plan or not linux_since(5, 14):
            return
        import resource

        hard = resource.prlimit(pid, resource.RLIMIT_NPROC)[1]
        bound = SLACK * limit if hard == resource.RLIM_INFINITY else min(SLACK * limit, hard)
        resource.prlimit(pid, resource.RLIMIT_NPROC, (bound, bound))

    def close_off(self):
        """In the process that will be the kernel's parent. One that makes sandboxes for others keeps its own view."""
        if "pid" in self.isolation and "mount" in self.isolation:
            try:
                mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
            except OSError:
                pass
        if "mount" in self.isolation and self.plan["view"] and can_protect():
            self.isolation += ["files"] + (["calls"] if can_filter() else [])
            if "snapshot" not in self.plan:
                self.protect()

    def protect(self):
        self.view = View()
        self.view.protect(self.plan["view"], self.limits["memory"])
