"""What a kernel and all it started use, counted by looking: where no control group bounds it, and for the disk."""
import os
import time

from script_runner_kernel.process import descendants

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
# Looking takes at most about this share of one processor.
SHARE = 20
DISK_S = 0.5


def resident_bytes(pids):
    """Shared pages count for each process: never less than what is really used."""
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/statm" % pid) as file:
                total += int(file.read().split()[1]) * PAGE_BYTES
        except (OSError, IndexError):
            pass
    return total


def proportional_bytes(pids):
    """Shared pages are divided among those who share them."""
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as file:
                total += sum(int(line.split()[1]) * 1024 for line in file if line.startswith(("Pss:", "SwapPss:")))
        except OSError:
            pass
    return total


def count_threads(pids):
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/stat" % pid, "rb") as file:
                total += int(file.read().rpartition(b")")[2].split()[17])
        except (OSError, IndexError):
            pass
    return total


def disk_bytes(folders):
    """Room that the files below the folders take; links are not followed."""
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


class Watch:
    """Looks whether a bound is crossed that `held` (what control groups bound) leaves open."""

    def __init__(self, limits, held, pid):
        """pid: the process that all that is counted descends from; it is not counted itself."""
        self.pid = pid
        self.folders, self.disk_at = [], 0.0
        self.disk = limits["disk"]
        self.memory = 0 if "memory" in held else limits["memory"]
        self.processes = 0 if "pids" in held else limits["processes"]

    def exceeded(self):
        """(limit, used, value) or None."""
        if self.memory or self.processes:
            pids = descendants(self.pid)
            threads = count_threads(pids) if self.processes else 0
            if threads > self.processes:
                return "processes", threads, self.processes
            if self.memory and resident_bytes(pids) > self.memory:
                used = proportional_bytes(pids)
                if used > self.memory:
                    return "memory", used, self.memory
        return self.disk_exceeded()

    def disk_exceeded(self):
        start = time.monotonic()
        if not self.disk or not self.folders or start < self.disk_at:
            return None
        used = disk_bytes(self.folders)
        took = time.monotonic() - start
        self.disk_at = start + max(DISK_S, SHARE * took)
        return ("disk", used, self.disk) if used > self.disk else None
