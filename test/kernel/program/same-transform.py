import argparse, inspect, json.decoder, string, tokenize
from IPython.core.inputtransformer2 import TransformerManager

CELLS = [
    "x = 1",
    "%time x = 1",
    "x = %time 1",
    "x = !ls",
    "!ls\n",
    "len?",
    "x = 1 # why?",
    "%%time\nx = 1",
    "if x:\n    %time\n    !ls",
    "x = (5\n% 3)",
    "x = 5 \\\n% 3",
    "x = '''\n%time\n!ls\nwhat?\n'''",
    "'''\n>>> x = 1\n... y\n'''",
    ">>> x = 1\n>>> y",
    "In [1]: x = 1",
    "x = 1\n...: y = 2",
    "\n\nx = 1",
    "    x = 1\n    y = 2",
    "   # why\nif x:\n   y",
    'x = f"{y!r:%Y}"',
    "x = f'''{\n y\n% 3}'''",
    "def f(a,\n/,\nb): return a % b",
    "x = 1\r\n%time",
    "x = 1\x0c\n",
    "/print x",
    ",print x y",
    ";print x",
    "x; %time",
    "x = (",
    "x = '\\d'",
    "1if x else 2",
    "async def f():\n    await g()\nawait f()",
    "$x",
    "x\x00",
    "",
    "é = 'ü'\n%time",
]
modules = (argparse, inspect, json.decoder, string, tokenize)
CELLS += [inspect.getsource(module) for module in modules]
usual, ours = TransformerManager(), get_ipython().input_transformer_manager
assert "look_for_tokens" in ours.do_token_transforms.__qualname__


def outcome(manager, cell):
    try:
        return manager.transform_cell(cell)
    except Exception as error:
        return repr(error)


wrong = [cell[:100] for cell in CELLS if outcome(usual, cell) != outcome(ours, cell)]
print(wrong or "all cells are as IPython makes them")
