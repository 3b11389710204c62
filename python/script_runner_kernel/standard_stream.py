"""The standard streams as ipykernel sees them: whatever a cell has put in their place, a request comes to its end."""

import contextlib
import sys

from script_runner_kernel.stream import STREAMS

MODULES = ("ipykernel.displayhook", "ipykernel.kernelbase", "ipykernel.zmqshell")


class StandardStream:
    """A standard stream of the cells, and the kernel's own one behind it. A closed file, or an object without `flush`,
    stops neither."""

    def __init__(self, name):
        self.name = name

    def streams(self):
        current, own = getattr(sys, self.name, None), STREAMS.get(self.name)
        return [current] if own is None or current is own else [current, own]

    def flush(self):
        for stream in self.streams():
            try:
                stream.flush()
            except Exception:
                pass

    def set_parent(self, parent):
        for stream in self.streams():
            if hasattr(stream, "set_parent"):
                stream.set_parent(parent)

    def __getattr__(self, attribute):
        return getattr(getattr(sys, self.name), attribute)


class System:
    """The module `sys`, but for the standard streams."""

    stdout, stderr = StandardStream("stdout"), StandardStream("stderr")

    def __getattr__(self, name):
        return getattr(sys, name)


def protect():
    """From now on ipykernel flushes these streams instead of those of `sys`."""
    for name in MODULES:
        module = sys.modules.get(name)
        if module is not None:
            module.sys = System()


def protect_history(shell):
    """IPython keeps a copy of what cells print, where it may put itself before the stream's `write`."""
    tee = getattr(shell, "_tee", None)
    if tee is None:  # an older version
        return

    @contextlib.contextmanager
    def careful_tee(*arguments, **options):
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(tee(*arguments, **options))
            except Exception:
                pass
            yield

    shell._tee = careful_tee
