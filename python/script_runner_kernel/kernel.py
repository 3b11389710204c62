"""An ordinary ipykernel, started for one run. Run as `python kernel.py -f CONNECTION_FILE`.

What differs from `python -m ipykernel_launcher`: no debugger (a third of the start-up), no history file, outputs never
dropped for a slow reader, a segmentation fault tells where it was.
"""
import gc
import os
import sys

# What ipykernel would import while the kernel starts; imported before, a forked kernel has it already.
LATE_IMPORTS = [
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic", "psutil", "tornado.platform.asyncio", "pdb",
]
OPTIONS = ["--HistoryManager.enabled=False", "--IPKernelApp.parent_handle=1"]


def load():
    """Imports all that a kernel needs, and gives its application class."""
    # An entry of None makes the import fail: ipykernel then goes without a debugger.
    sys.modules.setdefault("debugpy", None)
    from ipykernel import debugger, ipkernel, zmqshell  # noqa: F401
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config.loader import KeyValueConfigLoader

    for name in LATE_IMPORTS:
        try:
            __import__(name)
        except ImportError:  # this version has no such module
            pass

    if sys.modules["debugpy"] is None:
        del sys.modules["debugpy"]

    class KernelApp(IPKernelApp):
        def parse_command_line(self, argv=None):
            # The parser of all that IPython could be told is a quarter of the time that a forked kernel takes to start.
            self.update_config(KeyValueConfigLoader(argv, {"f": "IPKernelApp.connection_file"}, {}).load_config())

        def init_iopub(self, context):
            context.sndhwm = 0  # before the socket is made: no limit on what waits to be read
            super().init_iopub(context)

    return KernelApp


def run(app_class, arguments):
    """Runs the kernel until it is told to end."""
    app = app_class.instance()
    initialize(app, arguments)
    show_plots_inline(app.shell)
    app.start()


def initialize(app, arguments):
    """Opens its sockets."""
    import faulthandler

    crash_report = os.dup(2)  # ipykernel takes over descriptor 2
    app.initialize(arguments + OPTIONS)
    faulthandler.enable(crash_report, all_threads=False)  # a crash is told in few lines


def show_plots_inline(shell):
    """What importing pyplot in a kernel would do; a fork server imported it when there was no kernel yet."""
    if "matplotlib.pyplot" in sys.modules:
        shell.run_line_magic("matplotlib", "inline")


if __name__ == "__main__":
    del sys.path[0]  # the folder of this file
    gc.disable()  # modules are no garbage: to look for some among them takes a tenth of the start
    kernel_app = load()
    gc.freeze()
    gc.enable()
    run(kernel_app, sys.argv[1:])
