"""`exit`, `quit` and `SystemExit` end the run at their line, as they end a program; in a task of the loop, too."""

import signal
import warnings

ADVICE = "To exit: use"
# Executed in place of the next cell.
END_HERE = "__import__('script_runner_kernel.exit', fromlist=['end_here']).end_here()\n"


class Pending:
    """What a task has raised, until a cell has ended with it."""

    error = None


def end_as_program(shell):
    """The server ends the run when a cell raises SystemExit."""
    from IPython.core import interactiveshell
    from ipykernel.zmqshell import ZMQExitAutocall

    class Exit(ZMQExitAutocall):
        def __call__(self, code=None):
            raise SystemExit(code)

    def ask_exit():
        raise SystemExit

    shell.exiter = Exit(shell)
    shell.ask_exit = ask_exit
    for name in ("exit", "quit"):
        shell.user_ns[name] = shell.exiter
    interactiveshell.warn = warn
    shell.input_transformers_cleanup.append(end_next_cell)


def start(app):
    """The kernel's life until it is told to end. Asyncio lets a SystemExit of a task or callback end the loop, and with
    it the kernel: the loop goes on instead, and the cell that is being executed ends with it, or the next one."""
    begin = app.start
    while True:
        try:
            return begin()
        except SystemExit as error:
            Pending.error = error
            end_cell(app.shell)
            begin = app.io_loop.start


def end_cell(shell):
    """If a cell awaits something: interrupts it as Jupyter does, and shows the SystemExit instead."""
    from asyncio import CancelledError

    def show(shell, kind, value, trace, tb_offset=None):
        shell.set_custom_exc((), None)
        error, Pending.error = Pending.error, None
        shell.showtraceback((SystemExit, error, None), exception_only=True)

    handler = signal.getsignal(signal.SIGINT)
    if callable(handler) and handler is not signal.default_int_handler:
        shell.set_custom_exc((CancelledError,), show)
        handler(signal.SIGINT, None)


def end_next_cell(lines):
    """A transformer of IPython. The end of the program is no cell."""
    if Pending.error is None or any("script_runner_kernel" in line for line in lines):
        return lines
    return [END_HERE]


def end_here():
    error, Pending.error = Pending.error, None
    raise error


def warn(message, category=None, stacklevel=1, **options):
    """Without IPython's advice on how to leave: it is for people at a terminal."""
    if not (isinstance(message, str) and message.startswith(ADVICE)):
        warnings.warn(message, category, stacklevel=stacklevel + 1, **options)
