"""Runs programs as a kernel would, each with its values; prints the words and the output of each as JSON."""

import contextlib
import io
import json
import sys

from script_runner._program import argument_list


def outcome(case):
    words = argument_list(case["known"], case["values"])
    sys.argv = ["program.py", *words]
    shown, code = io.StringIO(), 0
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        try:
            exec(compile(case["source"], "program.py", "exec", dont_inherit=True), {"__name__": "__main__"})
        except SystemExit as end:
            code = end.code
    return {"words": words, "printed": shown.getvalue(), "code": code or 0}


print(json.dumps([outcome(case) for case in json.load(sys.stdin)]))
