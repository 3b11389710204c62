"""Polls what a kernel and all that it started use: of disk space, and of what no control group limits."""

import math
import os
import time

from script_runner_kernel.proc import lines_of
from script_runner_kernel.sandbox.held_file import HeldFiles, mounted_memory, segment_bytes
from script_runner_kernel.process import process_names, threads_below

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
# Polling takes at most about one of this many parts of a processor, within these bounds.
SHARE = 20
LOOK_S, LATEST_S = 0.05, 0.2
DISK_S = 0.5


def resident_bytes(pid):
    """Shared pages count fully: never less than what is really used."""
    try:
        with open("/proc/%d/statm" % pid) as file:
            return int(file.read().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def proportional_bytes(pid):
    """Shared pages are divided among those who share them."""
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            return sum(int(line.split()[1]) * 1024 for line in file if line.startswith(("Pss:", "SwapPss:")))
    except OSError:
        return 0


def proportional_parts(pid):
    """(its own, shared memory) of `proportional_bytes`; if the system does not distinguish, everything is its own."""
    own, shared = 0, 0
    for line in lines_of("/proc/%d/smaps_rollup" % pid):
        if line.startswith(("Pss:", "SwapPss:")):
            own += int(line.split()[1]) * 1024
        elif line.startswith("Pss_Shmem:"):
            shared = int(line.split()[1]) * 1024
    return own - shared, shared


def memory_below(pid):
    """For all its descendants; 0 if there are too many to count at once: the caller has limits to watch."""
    used, end = 0, time.monotonic() + LATEST_S
    for each in threads_below(pid):
        if time.monotonic() > end:
            return 0
        used += proportional_bytes(each)
    return used


def disk_bytes(folders):
    """Disk space of the files below the folders; links are not followed."""
    total, todo = 0, list(folders)
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    try:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            todo.append(entry.path)
                    except OSError:
                        pass
        except OSError:
            pass
    return total


def shares_namespace(pid, name):
    """Whether a process is in this process's namespace of that kind."""
    try:
        return os.readlink("/proc/%d/ns/%s" % (pid, name)) == os.readlink("/proc/self/ns/%s" % name)
    except OSError:
        return False


class LimitWatch:
    """Checks whether a limit is exceeded that control groups do not enforce."""

    def __init__(self, sandbox, pid, folders, scratch=None, itself=False):
        """pid: the process from which everything counted descends; it is counted itself if `itself` says so. scratch:
        folder in which memory may be mounted. folders: those whose size counts."""
        self.pid, self.itself, self.folders = pid, itself, folders
        self.disk_at = 0.0
        limits, held = sandbox.limits, sandbox.groups.held
        # File systems in memory that only the kernel has, as this process can reach them.
        own = [folder for folder in ("/dev/shm", scratch) if folder and "files" in sandbox.isolation]
        self.mounts = ["/proc/%d/root%s" % (pid, folder) for folder in own]
        self.has_segments = "ipc" in sandbox.isolation and shares_namespace(pid, "ipc")
        self.disk = limits["disk"]
        self.memory = 0 if "memory" in held else limits["memory"]
        self.processes = 0 if "pids" in held else limits["processes"]
        self.least = LOOK_S if self.memory or self.processes else LATEST_S
        # Not at once: nothing has been executed yet, and many runs are over before the first check.
        self.look_at = time.monotonic() + self.least

    def wait_ms(self):
        """Time until the next check."""
        return max(0, math.ceil((self.look_at - time.monotonic()) * 1000))

    def exceeded(self):
        """(limit, used, value) or None; checks only when it is time to."""
        start = time.monotonic()
        if start < self.look_at:
            return None
        found = self.processes_exceeded() or self.memory_exceeded() or self.disk_exceeded()
        # However slow it is: if it must wait for a processor itself, checking less often would be wrong.
        self.look_at = start + min(max(self.least, SHARE * (time.monotonic() - start)), LATEST_S)
        return found

    def processes_exceeded(self):
        if not self.processes:
            return None
        # In a process namespace all processes but the first are below that one: listing their names is enough for a
        # fork bomb, and immediate.
        used = len(process_names()) - 1 if self.pid == 1 else 0
        if used <= self.processes:
            used = sum(max(1, threads) for threads in threads_below(self.pid, self.itself).values())
        return ("processes", used, self.processes) if used > self.processes else None

    def memory_exceeded(self):
        if not self.memory:
            return None
        pids = self.living()
        files = self.held_files(pids)
        held = files.memory_bytes() + sum(mounted_memory(self.mounts).values())
        held += segment_bytes() if self.has_segments else 0
        if sum(map(resident_bytes, pids)) + held <= self.memory:
            return None
        private, shared, counted_at = 0, 0, time.monotonic()
        for pid in pids:
            own, common = proportional_parts(pid)
            private, shared = private + own, shared + common
            if time.monotonic() > counted_at + LOOK_S:  # those of a fork bomb do not wait
                too_many = self.processes_exceeded()
                if too_many:
                    return too_many
                counted_at = time.monotonic()
        # What is held may be mapped as well.
        used = private + max(shared, held)
        if used <= self.memory < private + shared + held:
            used = private + held + sum(map(files.other_shared_bytes, pids))
        return ("memory", used, self.memory) if used > self.memory else None

    def living(self):
        return [pid for pid, threads in threads_below(self.pid, self.itself).items() if threads]

    def held_files(self, pids, mapped=False):
        """As far as can be seen in a moment: with so many processes, a limit is exceeded anyway."""
        files, end = HeldFiles(), time.monotonic() + LATEST_S
        for pid in pids:
            files.look_at_open(pid)
            if mapped:
                files.look_at_mapped(pid)
            if time.monotonic() > end:
                break
        return files

    def disk_exceeded(self):
        start = time.monotonic()
        if not self.disk or not self.folders or start < self.disk_at:
            return None
        used = disk_bytes(self.folders) + self.held_files(self.living(), True).disk_bytes(mounted_memory(self.mounts))
        took = time.monotonic() - start
        self.disk_at = start + max(DISK_S, SHARE * took)
        return ("disk", used, self.disk) if used > self.disk else None
