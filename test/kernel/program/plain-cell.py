import json, sys, types
from script_runner_kernel import plain_cell

shell = get_ipython()
lazy = type("Lazy", (types.ModuleType,), {"__getattr__": lambda self, name: print("looked at")})
sys.modules.update(lazy_one=lazy("lazy_one"), half=types.ModuleType("half"))
sys.modules["half.inner"] = types.ModuleType("half.inner")
del sys.modules["half"].__dict__["__doc__"]


class Told:
    def __del__(self):
        print("gone")


shell.user_ns.update(held=[Told()], kept={"a": [1, None, json]}, dumps=json.dumps, json=json)

PLAIN = """
pass
kept = 1
from json import dumps
import json
import json as j, sys
import json.decoder
from json import dumps, loads as read
x = 1
x = y = -1.5
(x) = "text", b"bytes", None, ...
x: int = 1
x = {"a": [1, {2, 3}], -1: ()}
x = __import__("datetime").date(2026, 1, 31)
x = [__import__("datetime").datetime(2026, 1, 31, 0, 0)]
""".strip().split("\n")
OTHER = """
held = 1
import json as held
from json import loads as held
Told = 1
import antigravity
import json.tool
import half.inner
import lazy_one
from lazy_one import thing
from json import missing
from json import *
from . import json
from __future__ import annotations
import json as __builtins__
print(1)
x
x = y
x = f"{1}"
x = 1 + 1
x = [*y]
x = {**y}
x = {[]: 1}
x = {[]}
x = -"a"
x += 1
x, y = 1, 2
x.y = 1
x[0] = 1
x: print(1) = 1
x: Missing = 1
x: int
__name__ = "a"
del x
if 1: pass
x = __import__("os").getpid()
x = __import__("datetime").date(2026, 2, 31)
x = __import__("datetime").date.today()
x = __import__("datetime").date(*y)
x = __import__("datetime").timedelta(1)
x = "\\d"
x = 1 is 1
x = !ls
%cd /
!ls
x?
def f(): pass
x = lambda: 1
x = (
""".strip().split("\n")
wrong = [s for s in PLAIN if not plain_cell.plain_code(shell, s)] + [
    s for s in OTHER if plain_cell.plain_code(shell, s)
]
wrong += [s for s in PLAIN if plain_cell.plain_code(shell, s) != shell.transform_cell(s)]
assert plain_cell.is_plain_shell(shell)
shell.events.register("post_run_cell", shown := (lambda result: None))
wrong += ["an event"] if plain_cell.is_plain_shell(shell) else []
shell.events.unregister("post_run_cell", shown)
sys.settrace(lambda *arguments: None)
wrong += ["a trace"] if plain_cell.is_plain_shell(shell) else []
sys.settrace(None)
steps = shell.input_transformer_manager.cleanup_transforms
steps.append(added := (lambda lines: lines))
wrong += ["a transformer"] if plain_cell.is_plain_shell(shell) else []
steps.remove(added)
print(wrong or "none of them is taken for what it is not")
