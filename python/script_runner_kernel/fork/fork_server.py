"""Imports packages once, then forks kernels that have them already.

Run as `python fork_server.py '{"imports": ["pandas", ...]}'` with pipes on descriptors 0 and 1, one JSON object per
line. It reports {"type": "loaded", "had" (modules that every kernel has), "imports", "refused": {name: reason},
"folder" (where packages are installed)} and accepts {"do": "fork", "socket", "plan"}: the child connects to the socket
and is the supervisor of one kernel, see supervisor/program.py. It ends when the command pipe ends; running kernels
continue.

A child may inherit only what is safe: only installed packages are imported, one by one, and those that start a thread
or open a descriptor are refused; the server then starts again without them.
"""

import json
import os
import signal
import sys
import sysconfig

del sys.path[0]  # the folder of this file

from script_runner_kernel import assign_to_run, kernel  # noqa: E402
from script_runner_kernel.proc import open_files  # noqa: E402
from script_runner_kernel.process import interrupt_nobody  # noqa: E402
from script_runner_kernel.fork.folder_spread import spread_folders  # noqa: E402
from script_runner_kernel.fork.forking import ForkedSupervisor, fork_supervisor, serve, share_memory  # noqa: E402

# Connects to the server in its configuration as soon as it is imported.
NEVER = {"link"}


def installed_folders():
    import site

    folders = (
        set(sysconfig.get_paths().values())
        | set(site.getsitepackages())
        | {site.getusersitepackages(), "/usr/lib/python3/dist-packages"}
    )
    return tuple(os.path.realpath(folder) + os.sep for folder in folders)


def is_installed(name, folders):
    """False for modules of the project itself: its code may change, and must not be shared with other runs."""
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
    return {(name, target) for name, target in open_files("self").items() if not target.startswith(("/dev/", "/proc/"))}


def load(names):
    """Imports the packages; returns the imported ones, and the refused ones with the reasons."""
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


class ForkServerSupervisor(ForkedSupervisor):
    def run_kernel(self, command, preparation):
        run = command.get("run")

        def await_folder():
            preparation.await_folders()
            assign_to_run.check_folder(run)

        reseed()
        # a kernel that is made for a run answers nobody before it can take that
        APP.await_groups = await_folder if run else preparation.await_groups
        assign_to_run.BEFORE.append(preparation.await_folders)
        kernel.run(APP, command["argv"], run)


def reseed():
    """Python's own generator reseeds itself; numpy's would repeat the same numbers in every run."""
    random = sys.modules.get("numpy.random")
    if random is not None:
        random.seed()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupt_nobody()
    spread_folders(os.environ["SCRIPT_RUNNER_RUNTIME"])
    app_class = kernel.load()
    had = sorted(sys.modules)
    imported, refused = load(json.loads(sys.argv[1])["imports"])
    # Packages see the same modules as in a program: some would immediately do what only a running kernel allows.
    APP = kernel.prepare(app_class)
    kernel.show_plots_inline(APP.shell)
    kernel.load_for_plots()
    kernel.warm_up(APP.shell)
    share_memory()
    folder = sysconfig.get_path("purelib")
    os.write(
        1,
        (
            json.dumps({"type": "loaded", "had": had, "imports": imported, "refused": refused, "folder": folder}) + "\n"
        ).encode(),
    )
    serve(0, lambda command: fork_supervisor(command, ForkServerSupervisor))
