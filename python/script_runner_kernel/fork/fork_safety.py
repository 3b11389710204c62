"""Finds what a fork of a process must not inherit, in words for the author of the code that made it."""

import os
import signal
import sys
import sysconfig
import tempfile
import threading

from script_runner_kernel.proc import lines_of, map_lines, open_files
from script_runner_kernel.process import descendants

HARMLESS_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# These belong to one run: code that ran before it cannot know them.
OF_A_RUN = {
    "SCRIPT_RUNNER_PARAMS_FILE": "reads the inputs (script_runner.params)",
    "SCRIPT_RUNNER_OUTPUT_DIR": "makes a download (the folder SCRIPT_RUNNER_OUTPUT_DIR)",
    "SCRIPT_RUNNER_USER": "asks for whom it runs (script_runner.user)",
    "SCRIPT_RUNNER_USER_EMAIL": "asks for whom it runs (script_runner.user)",
    "SCRIPT_RUNNER_USER_GROUPS": "asks for whom it runs (script_runner.user)",
}
CACHES = {".cache", ".config", ".local", ".ipython", ".matplotlib", ".runtime", ".jupyter"}


class Environment(os._Environ):
    """Detects code that asks for what only a run has."""

    asked = None

    def __getitem__(self, name):
        if name in OF_A_RUN:
            Environment.asked = name
        return super().__getitem__(name)


def descriptors():
    return {
        name: target
        for name, target in open_files("self").items()
        if target not in HARMLESS_DEVICES and not target.startswith("/proc/")
    }


def is_package_file(name, target):
    """For example fonts that matplotlib keeps open, its own or, with Debian's matplotlib, the system's; nobody writes
    there."""
    if not target.startswith((*sysconfig.get_paths().values(), "/usr/")):
        return False
    with open("/proc/self/fdinfo/" + name) as info:
        flags = next(int(line.split()[1], 8) for line in info if line.startswith("flags:"))
    return flags & os.O_ACCMODE == os.O_RDONLY and os.path.isfile(target)


def package_files(own):
    """Descriptor, path and position of each file that a fork can open again for itself."""
    found = descriptors().items()
    return [
        (int(name), target, os.lseek(int(name), 0, os.SEEK_CUR))
        for name, target in found
        if int(name) != own and is_package_file(name, target)
    ]


def reopen(files):
    """In the fork: a shared descriptor has one position for all."""
    for number, path, position in files:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        if descriptor != number:
            os.dup2(descriptor, number, inheritable=False)
            os.close(descriptor)
        os.lseek(number, position, os.SEEK_SET)


def descriptor_words(target):
    if "eventpoll" in target:
        return "leaves an event loop running, or awaits something"
    if target.startswith("socket:"):
        return "leaves a network connection open"
    if target.startswith("pipe:"):
        return "leaves a pipe to another program open"
    if target.startswith(("/dev/nvidia", "/dev/dri", "/dev/kfd")):
        return "uses the graphics processor"
    return "leaves open %s" % os.path.basename(target)


def shared_maps():
    """Memory that processes share for writing: runs would see each other's."""
    ranges = [line.split() for line in map_lines("self")]
    return {fields[0] for fields in ranges if fields[1][1] == "w" and fields[1][3] == "s"}


def maps_graphics():
    """Its driver is loaded, and its state does not survive a fork."""
    names = ("/dev/nvidia", "/dev/kfd", "/dev/dri/", "libcuda.so")
    return any(name in line for line in map_lines("self") for name in names)


def command_of(pid):
    return "".join(lines_of("/proc/%d/comm" % pid)).strip() or "?"


def files_below(folder):
    found = set()
    for parent, folders, files in os.walk(folder):
        if parent == os.environ.get("HOME"):
            folders[:] = [name for name in folders if name not in CACHES]
        found.update(os.path.join(parent, name) for name in files)
    return found


class ForkSafety:
    """Records the initial state; `fault` reports what was added since."""

    def __init__(self, variables):
        """variables: of the environment, before anything changed it."""
        self.folders = [tempfile.gettempdir(), os.path.expanduser("~")]
        self.files = self.list_files()
        self.descriptors, self.maps = descriptors(), shared_maps()
        self.variables = variables
        os.environ.__class__ = Environment

    def list_files(self):
        return set().union(*(files_below(folder) for folder in self.folders))

    def fault(self):
        """Why the process must not be forked, or None."""
        if Environment.asked:
            return OF_A_RUN[Environment.asked]
        if len(os.listdir("/proc/self/task")) > 1:
            names = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
            return "leaves a thread running (%s)" % (names[0] if names else "of a library")
        running = [pid for pid in descendants(os.getppid()) if pid != os.getpid()]
        if running:
            return "leaves a program running (%s)" % command_of(running[0])
        if maps_graphics():
            return "uses the graphics processor"
        for name, target in descriptors().items():
            if self.descriptors.get(name) != target and not is_package_file(name, target):
                return descriptor_words(target)
        if shared_maps() - self.maps:
            return "shares memory with other programs"
        if signal.getitimer(signal.ITIMER_REAL)[0] > 0:
            return "leaves an alarm clock set"
        comm = sys.modules.get("comm")
        if comm is not None and getattr(comm.get_comm_manager(), "comms", None):
            return "makes live controls (widgets)"
        left = sorted(self.list_files() - self.files)
        if left:
            return "leaves a file in a private folder of the run (%s)" % os.path.basename(left[0])
        return None

    def settle(self):
        """Ends the recording; returns what the code changed in the environment: name -> value, None for removed."""
        os.environ.__class__ = os._Environ
        now = dict(os.environ)
        changed = {name: value for name, value in now.items() if self.variables.get(name) != value}
        changed.update({name: None for name in self.variables if name not in now})
        return changed
