"""Functions for the programs beside this one."""

import json, sys


def say(value):
    sys.stdout.write("\x1e" + json.dumps(value, default=str) + "\x1e")


def refused(call):
    "The kind and the text of the error that call raises."
    try:
        call()
    except BaseException as error:
        return [type(error).__name__, str(error)]


def shell_outputs(code):
    "MIME bundles that the code displays in a real IPython shell."
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance(history_length=0)
    with capture_output(stdout=False, stderr=False) as captured:
        shell.run_cell(code)
    return [output.data for output in captured.outputs]


import script_runner
