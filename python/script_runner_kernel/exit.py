"""`exit`, `quit` and `SystemExit` end the run at their line, as they end a program."""

import warnings

ADVICE = "To exit: use"


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


def warn(message, category=None, stacklevel=1, **options):
    """Without IPython's advice on how to leave: it is for people at a terminal."""
    if not (isinstance(message, str) and message.startswith(ADVICE)):
        warnings.warn(message, category, stacklevel=stacklevel + 1, **options)
