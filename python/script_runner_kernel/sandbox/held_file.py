"""What processes of a kernel hold without a visible file: deleted files, files in memory, shared memory.

Files in transit between two processes are not seen, nor, except by root, those that are mapped but no longer open.
"""

import os
import stat

from script_runner_kernel.proc import lines_of, map_lines

DELETED = " (deleted)"
FILE_IN_MEMORY = "/memfd:"
# Shared by a process and its children, without a file.
NAMELESS = "/dev/zero" + DELETED
BLOCK_BYTES = 512
# Limit per process: it cannot open more unless the administrator allows it.
MOST_FILES = 20000


class HeldFiles:
    """Sizes by device and inode: what several processes hold counts once."""

    def __init__(self):
        self.disk, self.memory = {}, {}

    def look_at_open(self, pid):
        folder = "/proc/%d/fd" % pid
        names = listed(folder)
        if not names:  # its first thread has ended, which leaves the files to the others
            for thread in listed("/proc/%d/task" % pid):
                folder = "/proc/%d/task/%s/fd" % (pid, thread)
                names = listed(folder)
                if names:
                    break
        for name in names[:MOST_FILES]:
            path = "%s/%s" % (folder, name)
            try:
                target = os.readlink(path)
            except OSError:
                continue
            if target.endswith(DELETED):
                self.add(path, target)

    def look_at_mapped(self, pid):
        """The descriptor of a mapped file may be closed. Only root may inspect the file."""
        for line in map_lines(pid):
            fields = line.rstrip("\n").split(None, 5)
            if len(fields) == 6 and fields[5].endswith(DELETED) and fields[5] != NAMELESS:
                addresses = "-".join("%x" % int(part, 16) for part in fields[0].split("-"))
                self.add("/proc/%d/map_files/%s" % (pid, addresses), fields[5])

    def add(self, path, target):
        try:
            found = os.stat(path)
        except OSError:
            return
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
            kind = self.memory if target.startswith(FILE_IN_MEMORY) else self.disk
            kind[found.st_dev, found.st_ino] = found.st_blocks * BLOCK_BYTES

    def disk_bytes(self, but):
        """but: devices that are counted completely."""
        return sum(size for (device, _), size in self.disk.items() if device not in but)

    def memory_bytes(self):
        return sum(self.memory.values())

    def other_shared_bytes(self, pid):
        """The process's share of mapped memory that is shared and in neither these nor a file system."""
        total, counts = 0, False
        inodes = {inode for _, inode in self.memory}
        for line in lines_of("/proc/%d/smaps" % pid):
            fields = line.split(None, 5)
            if not fields[0].endswith(":"):
                name = fields[5].rstrip("\n") if len(fields) == 6 else ""
                counts = name == NAMELESS or (name.startswith(FILE_IN_MEMORY) and int(fields[4]) not in inodes)
            elif counts and fields[0] == "Pss:":
                total += int(fields[1]) * 1024
        return total


def listed(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def mounted_memory(folders):
    """Bytes in use by device, for those folders that are separate file systems in memory."""
    found = {}
    for folder in folders:
        try:
            if os.path.ismount(folder):
                system = os.statvfs(folder)
                found[os.stat(folder).st_dev] = (system.f_blocks - system.f_bfree) * system.f_frsize
        except OSError:
            pass
    return found


def segment_bytes():
    """Memory of the System V segments in this process's namespace, mapped or not."""
    lines = lines_of("/proc/sysvipc/shm")
    columns = lines[0].split() if lines else []
    rows = [dict(zip(columns, line.split())) for line in lines[1:]]
    return sum(int(row.get("rss", 0)) + int(row.get("swap", 0)) for row in rows)
