"""Imports packages once, then forks kernels that have them already.

Run as `python fork_server.py '{"imports": ["pandas", ...]}'` with pipes on descriptors 0 and 1, one JSON object a line. It
reports {"type": "loaded", "imports", "refused": {name: reason}, "folder"} (where packages are installed) and obeys {"do":
"fork", "socket", "plan"}: the child connects to the socket and is the guard of one kernel, see guard.py. The end of the
command pipe is its own end; kernels that run live on.

What a child inherits must be safe to inherit: only installed packages are imported, one by one, and whatever starts a
thread or opens a descriptor is refused; the server then starts again without it.
"""
import atexit
import gc
import json
import os
import select
import signal
import socket
import sys
import sysconfig

del sys.path[0]  # the folder of this file

from script_runner_kernel import guard, kernel  # noqa: E402
from script_runner_kernel.keeper import Keeper, become_kernel_process  # noqa: E402
from script_runner_kernel.process import reap_children  # noqa: E402

# Connects to what its configuration names, as soon as it is imported.
NEVER = {"link"}


def installed_folders():
    import site

    folders = set(sysconfig.get_paths().values()) | set(site.getsitepackages()) | {site.getusersitepackages(), "/usr/lib/python3/dist-packages"}
    return tuple(os.path.realpath(folder) + os.sep for folder in folders)


def is_installed(name, folders):
    """False for what the project itself brings: its code may change, and is not for other runs."""
    from importlib.util import find_spec

    spec = find_spec(name.partition(".")[0])
    if spec is None or name.partition(".")[0] in NEVER:
        return False
    if spec.origin in ("built-in", "frozen"):
        return True
    places = [spec.origin] if spec.has_location else list(spec.submodule_search_locations or [])
    return bool(places) and all(os.path.realpath(place).startswith(folders) for place in places)


def threads():
    return len(os.listdir("/proc/self/task"))


def open_descriptors():
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink("/proc/self/fd/" + name)
        except OSError:
            continue
        if not target.startswith("/dev/") and not target.startswith("/proc/"):
            found.add((name, target))
    return found


def load(names):
    """Imports the packages; returns what was imported, and what must not be with the reason."""
    folders = installed_folders()
    imported, refused = [], {}
    for name in names:
        descriptors = open_descriptors()
        try:
            if not is_installed(name, folders):
                continue
            __import__(name)
        except BaseException:  # the run will meet the same error, and show it
            continue
        if threads() > 1:
            return imported, {name: "it starts a thread when it is imported"}
        opened = open_descriptors() - descriptors
        if opened:
            return imported, {name: "it opens %s when it is imported" % sorted(opened)[0][1]}
        imported.append(name)
    return imported, refused


class ForkedKeeper(Keeper):
    """Its kernel is a fork of this very process."""

    def start(self, command):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                self.become_kernel(command)
                code = 0
            except SystemExit as error:
                code = error.code if isinstance(error.code, int) else 1
            except BaseException:
                import traceback

                os.write(2, traceback.format_exc().encode())
            atexit._run_exitfuncs()
            os._exit(code & 255)
        return pid

    def become_kernel(self, command):
        become_kernel_process(self.output_end, self.box)
        for descriptor in {self.commands, self.reports, self.wake, self.wake_end, self.output, self.output_end} | self.box.descriptors():
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(command["env"])
        os.chdir(command["cwd"])
        gc.enable()
        reseed()
        use_all_processors()
        sys.argv = ["kernel.py"] + command["argv"]
        kernel.run(KERNEL_APP, command["argv"])


def reseed():
    """Python's own generator does so by itself; numpy's would repeat the same numbers in every run."""
    random = sys.modules.get("numpy.random")
    if random is not None:
        random.seed()


def use_all_processors():
    """The parent's numeric libraries run on one thread, because others do not survive a fork; the kernel's need not."""
    import ctypes

    wanted = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    count = int(wanted) if wanted.isdigit() else len(os.sched_getaffinity(0))
    if count == 1:
        return
    with open("/proc/self/maps") as maps:
        libraries = {line.split()[-1] for line in maps if ".so" in line and ("openblas" in line or "libgomp" in line or "libomp" in line)}
    for path in libraries:
        library = ctypes.CDLL(path)
        for name in ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads", "openblas_set_num_threads64_", "openblas_set_num_threads", "omp_set_num_threads"):
            if hasattr(library, name):
                getattr(library, name)(count)
                break


def fork_guard(command):
    """A child that guards one kernel; the server hears from it over its own socket."""
    if os.fork() != 0:
        return
    try:
        os.setsid()
        link = socket.socket(socket.AF_UNIX)
        link.connect(command["socket"])
        descriptor = link.detach()
        null = os.open(os.devnull, os.O_RDWR)
        for own in (0, 1):
            os.dup2(null, own)
        signal.set_wakeup_fd(-1)
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, 1024)
        guard.keep_isolated(command["plan"], descriptor, descriptor, ForkedKeeper)
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    os._exit(0)


def serve():
    """Forks on request until the command pipe ends."""
    wake, wake_end = os.pipe()
    for descriptor in (wake, wake_end):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
    line = b""
    while True:
        ready = select.select([0, wake], [], [])[0]
        if wake in ready:
            os.read(wake, 4096)
            reap_children()
        if 0 in ready:
            data = os.read(0, 65536)
            if not data:
                return
            *lines, line = (line + data).split(b"\n")
            for text in lines:
                fork_guard(json.loads(text))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    KERNEL_APP = kernel.load()
    imported, refused = load(json.loads(sys.argv[1])["imports"])
    gc.collect()
    gc.freeze()
    gc.disable()
    folder = sysconfig.get_path("purelib")
    os.write(1, (json.dumps({"type": "loaded", "imports": imported, "refused": refused, "folder": folder}) + "\n").encode())
    serve()
