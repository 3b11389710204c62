"""An ordinary ipykernel, started for one run. Run as `python kernel.py -f CONNECTION_FILE`.

Differences from `python -m ipykernel_launcher`: no debugger (a third of the start-up), no history file (history
is in memory), a shorter start (`short_start.py`), outputs are never dropped for a slow reader, a segmentation fault
reports where it was. It starts in two halves, `prepare` and `run`: a process that forks kernels does the first for all of them.
"""

import gc
import os
import sys

# Modules that are imported while the kernel starts; if imported before, a forked kernel already has them.
LATE_IMPORTS = [
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "pdb",
    "psutil",
    "script_runner_kernel.assign_to_run",
    "script_runner_kernel.message_pack",
    "script_runner_kernel.program_end",
    "script_runner_kernel.standard_stream",
    "script_runner_kernel.stream",
    "script_runner_kernel.table.write",
    "tornado.platform.asyncio",
]
SETTINGS = {
    "HistoryManager": {"enabled": False},
    "IPKernelApp": {"parent_handle": 1, "outstream_class": "script_runner_kernel.stream.Stream"},
    # For clients that take a reply for the last message; ours waits for the idle status, which comes after all outputs.
    "Kernel": {"_execute_sleep": 0.0},
    "Session": {
        "packer": "script_runner_kernel.message_pack.pack",
        "unpacker": "script_runner_kernel.message_pack.unpack",
    },
}


def load():
    """Imports everything that a kernel needs, and returns its application class."""
    # An entry of None makes the import fail: ipykernel then works without a debugger.
    sys.modules.setdefault("debugpy", None)
    from ipykernel import debugger, ipkernel, zmqshell  # noqa: F401
    from ipykernel.kernelapp import IPKernelApp
    from IPython.core.application import BaseIPythonApplication
    from IPython.paths import get_ipython_dir
    from traitlets.config import Config

    from script_runner_kernel.request_order import RequestOrder
    from script_runner_kernel.run_request import RunRequest
    from script_runner_kernel.short_start import ShortStart
    from script_runner_kernel.single_look import SingleLook

    for name in LATE_IMPORTS:
        try:
            __import__(name)
        except ImportError:  # this version has no such module
            pass

    if sys.modules["debugpy"] is None:
        del sys.modules["debugpy"]

    class Prepared(BaseIPythonApplication):
        """A layer between ipykernel's application and IPython's, whose part is done before there is a run."""

        def prepare(self):
            super().initialize([])

        def initialize(self, argv=None):
            self.connection_file = argv[argv.index("-f") + 1]
            # A fork has its own home.
            self.ipython_dir, self.profile_dir = get_ipython_dir(), None
            self.init_profile_dir()

    class Kernel(RequestOrder, RunRequest, SingleLook, ipkernel.IPythonKernel):
        msg_types = [*ipkernel.IPythonKernel.msg_types, "run_request"]
        _supports_kernel_subshells = False

        def _publish_execute_input(self, *arguments):
            """The server has the code."""

    class KernelApp(ShortStart, IPKernelApp, Prepared):
        def __init__(self, **options):
            super().__init__(kernel_class=Kernel, **options)

        def parse_command_line(self, argv=None):
            # Building the parser of all IPython options takes a quarter of a kernel's start.
            self.update_config(Config(SETTINGS))

        def init_iopub(self, context):
            context.sndhwm = 0  # before the socket is made: no limit on what waits to be read
            super().init_iopub(context)

        def init_kernel(self):
            modules = ipkernel.sys
            # For its debugger the kernel looks at every module: in a fork, that would copy the memory of all of them.
            ipkernel.sys = Blind()
            try:
                super().init_kernel()
            finally:
                ipkernel.sys = modules

    return KernelApp


class Blind:
    """The module `sys`, without the modules."""

    modules = {}

    def __getattr__(self, name):
        return getattr(sys, name)


def prepare(app_class):
    """The first half, which opens nothing: an application that has read its configuration, and the shell."""
    from ipykernel.compiler import XCachingCompiler
    from ipykernel.zmqshell import ZMQInteractiveShell

    from script_runner_kernel.canvas import draw_canvases
    from script_runner_kernel.exit import end_as_program
    from script_runner_kernel.history import keep_in_memory
    from script_runner_kernel.single_look import look_once
    from script_runner_kernel.standard_stream import protect_history
    from script_runner_kernel.table.hook import keep_tables

    app = app_class.instance()
    app.prepare()
    app.log.setLevel(app.log_level)  # else a record is made of each debug line, for the handler to drop
    app.shell = ZMQInteractiveShell.instance(
        config=app.config, profile_dir=app.profile_dir, compiler_class=XCachingCompiler
    )
    app.load_extensions()
    end_as_program(app.shell)
    protect_history(app.shell)
    keep_in_memory(app.shell)
    look_once(app.shell)
    app.tables = keep_tables(app.shell)
    draw_canvases(app.shell)
    # Names that IPython itself defined are not the user's.
    app.shell.user_ns_hidden.update(app.shell.user_ns)
    app.shell._sys_modules_keys = set(sys.modules)  # for `%reset aggressive`
    app.session.pid = 0  # made before the fork, it belongs to no process yet; its key comes with the connection file
    return app


def run(app, arguments, assigned=None):
    """The second half, and the kernel's life until it is told to end. assigned: the run that it is made for, see
    assign_to_run.py; without one it waits for a run."""
    from script_runner_kernel.assign_to_run import assign_to_run
    from script_runner_kernel.exit import start

    initialize(app, arguments)
    if assigned:
        assign_to_run(assigned)
    start(app)


def initialize(app, arguments):
    """Opens its sockets, and gives it the shell that was made before."""
    import faulthandler

    from jupyter_client.session import new_id
    from script_runner_kernel.program_end import note_start
    from script_runner_kernel.standard_stream import protect

    app.session.pid, app.session.session = os.getpid(), new_id()
    crash_report = os.dup(2)  # ipykernel takes over descriptor 2
    app.initialize(arguments)
    protect()
    faulthandler.enable(crash_report, all_threads=False)  # a crash is told in few lines
    shell = app.shell
    shell.parent = shell.kernel = app.kernel
    shell.profile_dir, shell.ipython_dir = app.profile_dir, app.ipython_dir
    shell.home_dir, shell.starting_dir = os.path.expanduser("~"), os.getcwd()
    shell.init_environment()  # a fork has variables of its own, too
    note_start()


def show_plots_inline(shell):
    """Does what importing pyplot in a kernel would do, for a shell that has no kernel yet."""
    if "matplotlib.pyplot" in sys.modules:
        shell.enable_gui = lambda gui: None  # needs one, and is nothing for pictures in a page
        shell.run_line_magic("matplotlib", "inline")
        del shell.enable_gui


def load_for_plots():
    """Imports what the first plot would import. Old versions of pandas change the axes of others when they do that."""
    if "matplotlib.pyplot" not in sys.modules:
        return
    pandas = sys.modules.get("pandas")
    version = str(getattr(pandas, "__version__", "")).partition(".")[0]
    try:
        from PIL import Image

        Image.preinit()
        if version.isdigit() and int(version) >= 2:
            import pandas.plotting._matplotlib  # noqa: F401
    except Exception:  # the run will meet the same error, and show it
        pass


def warm_up(shell):
    """What a shell creates for its first cell is already there in its forks."""
    shell.run_cell('print("", end="")', silent=True)


if __name__ == "__main__":
    del sys.path[0]  # the folder of this file
    gc.disable()  # modules are no garbage: to look for some among them takes a tenth of the start
    kernel_app = prepare(load())
    gc.freeze()
    gc.enable()
    run(kernel_app, sys.argv[1:])
