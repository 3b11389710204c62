"""Plain programs: the file runs as `__main__`, with arguments made of the values of the run."""

import json
import linecache
import os
import re
import sys

from ._announcement import shell
from ._parameter import params


MARK = "%%script_runner_program"
# Executed in place of the program.
RUN = "__import__('script_runner._program', fromlist=['run']).run()\n"


class Program:
    """What the server has read of its arguments and commands, its name, and its text."""

    known = {"arguments": []}
    name = "program.py"
    source = ""
    folder = ""


def text_of(value):
    return value if isinstance(value, str) else json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def of_option(option, text):
    """`--rows=5` and `-n5` also pass values that begin with a dash."""
    if len(option) > 2:
        return ["{}={}".format(option, text)]
    # joined, the parser would drop the sign, or take the option alone
    return [option, text] if text[:1] in ("", "=") else [option + text]


def words_of(argument, values):
    """The words of one argument; none where its value need not be said."""
    value = values.get(argument["name"])
    form, option = argument["form"], argument.get("option")
    if value is None or value == [] or (option and value == argument.get("default")):
        return []
    texts = [text_of(each) for each in value] if isinstance(value, list) else [text_of(value)]
    if form == "flag":
        word = argument.get("off") if not value else None if argument.get("off") == option else option
        return [word] if word else []
    if form == "count":
        return [option] * int(value)
    if option is None:
        return texts
    if form == "values":
        return [option] + texts
    return [word for text in texts for word in of_option(option, text)]


def level_words(arguments, values, is_last):
    """
    Positions come first, so that no option takes them; last behind `--` where one begins with a dash. Before a command
    options come first: some parsers take what follows a position for the command.
    """
    options, positions = [], []
    for argument in arguments:
        words = options if argument.get("option") else positions
        words += words_of(argument, values)
    if any(text.startswith("-") for text in positions):
        return options + ["--"] + positions
    return positions + options if is_last else options + positions


def argument_list(known, values):
    commands = known.get("commands") or {"input": None, "words": {}}
    words = commands["words"].get(values.get(commands["input"]), [])
    path = [word if isinstance(word, str) else word["word"] for word in words]
    found = []
    for depth in range(len(path) + 1):
        arguments = [one for one in known["arguments"] if one.get("command", []) == path[:depth]]
        found += level_words(arguments, values, depth == len(path))
        found += [spelled(word) for word in words[depth : depth + 1]]
    return found


def spelled(word):
    """Since 8.2, click leaves out the end of the name of a function (`load_cmd`)."""
    if isinstance(word, str):
        return word
    from importlib.metadata import version

    numbers = tuple(int(number) for number in re.findall("[0-9]+", version("click"))[:2])
    return word["word"] if numbers >= (8, 2) else word["old"]


def program_path():
    return os.path.join(Program.folder, Program.name)


def run():
    """An exit that is no success fails the run; the server says with what message or code."""
    name, source, path = Program.name, Program.source, program_path()
    linecache.cache[path] = (len(source), None, source.splitlines(True), path)
    sys.argv = [name] + argument_list(Program.known, params)
    names = shell().user_ns
    names["__file__"] = path
    try:
        exec(compile(source, path, "exec", dont_inherit=True), names)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise


def show_from_program(current):
    """Tracebacks begin in the program: not with the cell, and not with `run`."""
    usual = current.showtraceback

    def show(exc_tuple=None, filename=None, tb_offset=None, **options):
        kind, value, trace = exc_tuple or sys.exc_info()
        first = trace
        while first is not None and first.tb_frame.f_code.co_filename != program_path():
            first = first.tb_next
        if first is not None:
            exc_tuple, tb_offset = (kind, value, first), 0
        return usual(exc_tuple, filename, tb_offset, **options)

    current.showtraceback = show


def take_program(lines):
    """A transformer of IPython."""
    if not lines or not lines[0].startswith(MARK):
        return lines
    Program.name = lines[0][len(MARK) :].strip() or Program.name
    Program.source = "".join(lines[1:])
    Program.folder = os.getcwd()
    return [RUN]


def install(known):
    Program.known = json.loads(known)
    current = shell()
    if current is not None and take_program not in current.input_transformers_cleanup:
        current.input_transformers_cleanup.insert(0, take_program)
        show_from_program(current)
