"""Control groups of one kernel, version 1 or 2: they limit memory, processes and processor time of all it starts."""

import os
import time

PERIOD_US = 100000
REMOVE_S = 1.0


def read_number(path, key=""):
    """The number in a file, or after the key in a file of pairs; 0 if there is none."""
    try:
        with open(path) as file:
            for line in file:
                words = line.split()
                if words and (key == "" or words[0] == key):
                    return int(words[-1])
    except (OSError, ValueError):
        pass
    return 0


def settings_of(controller, version, limits):
    """(file, text, required) for each limit of this controller."""
    if controller == "memory" and limits["memory"]:
        size = str(limits["memory"])
        if version == 1:
            return [("memory.limit_in_bytes", size, True), ("memory.memsw.limit_in_bytes", size, False)]
        return [("memory.max", size, True), ("memory.swap.max", "0", False), ("memory.oom.group", "1", False)]
    if controller == "pids" and limits["processes"]:
        return [("pids.max", str(limits["processes"]), True)]
    if controller == "cpu" and limits["cpu"]:
        quota = str(int(limits["cpu"] * PERIOD_US))
        if version == 1:
            return [("cpu.cfs_period_us", str(PERIOD_US), True), ("cpu.cfs_quota_us", quota, True)]
        return [("cpu.max", "%s %d" % (quota, PERIOD_US), True)]
    return []


def remove_groups(places, name):
    """Those of a kernel that has exited; the server removes those that the system still holds for a moment."""
    for place in places:
        try:
            os.rmdir(os.path.join(place["path"], name))
        except OSError:
            pass


class Groups:
    """places: [{"path", "version", "controllers"}], folders in which groups of this name are made. What cannot be made
    is not in `held`. Throws OSError if one of version 2 cannot be made: it distinguishes the kernel's connections to
    the server from others."""

    def __init__(self, places, name, limits):
        self.limits, self.name, self.held, self.doors = limits, name, {}, []
        for place in places:
            path = os.path.join(place["path"], name)
            try:
                os.mkdir(path, 0o755)
            except OSError:
                if place["version"] == 2:
                    raise
                continue
            held = [controller for controller in place["controllers"] if self.set(path, controller, place["version"])]
            try:
                # The folder is opened before its view becomes read-only.
                self.doors.append(
                    (os.open(place["path"], os.O_PATH), os.open(os.path.join(path, "cgroup.procs"), os.O_WRONLY))
                )
                self.held.update((controller, (path, place["version"])) for controller in held)
            except OSError:
                os.rmdir(path)
                if place["version"] == 2:
                    raise

    def set(self, path, controller, version):
        for name, text, needed in settings_of(controller, version, self.limits):
            try:
                with open(os.path.join(path, name), "w") as file:
                    file.write(text)
            except OSError:
                if needed:
                    return False
        return True

    def join(self, pid=0):
        """Moves the process into the groups; 0: the calling one."""
        for _, door in self.doors:
            os.write(door, b"%d" % pid)

    def oom_kills(self):
        """How many of its processes the system has killed because memory ran out; None if no group counts them."""
        path, version = self.held.get("memory", (None, 0))
        return (
            read_number(os.path.join(path, "memory.oom_control" if version == 1 else "memory.events"), "oom_kill")
            if path
            else None
        )

    def exceeded(self):
        """(limit, used, value) of the limit that the kernel has reached, or None."""
        path, version = self.held.get("memory", (None, 0))
        if self.limits["memory"] and self.oom_kills():
            peak = read_number(os.path.join(path, "memory.max_usage_in_bytes" if version == 1 else "memory.peak"))
            return "memory", peak or self.limits["memory"], self.limits["memory"]
        path, _ = self.held.get("pids", (None, 0))
        if path and read_number(os.path.join(path, "pids.events"), "max") > 0:
            return "processes", self.limits["processes"], self.limits["processes"]
        return None

    def remove(self):
        """After the last process has exited; the system may take a moment to notice that."""
        until = time.monotonic() + REMOVE_S
        for folder, _ in self.doors:
            while True:
                try:
                    os.rmdir(self.name, dir_fd=folder)
                except FileNotFoundError:
                    pass
                except OSError:
                    if time.monotonic() < until:
                        time.sleep(0.005)
                        continue
                break
        self.doors = []
