"""Cells that a kernel executes while it takes its run: they only import modules that are loaded and assign values, so
that nothing outside of the kernel's own names changes, nothing is shown, and none can fail."""

import ast
import builtins
import datetime
import sys
import time
import types
import warnings

# No further cell after this time.
LIMIT_SECONDS = 0.02
# Whose functions may be called for each cell: they do nothing in a plain one.
OWN_PACKAGES = ("IPython", "ipykernel", "matplotlib", "matplotlib_inline", "script_runner_kernel")
EVENTS = ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell")
# An annotation is evaluated, too.
TYPES = ("bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple")
# IPython takes them away. In cells of one line it also reads comments.
PROMPTS = (">>>", "...", "In [")
DATES = ("date", "datetime", "time")
# Nothing happens when a name loses such a value.
SIMPLE = (bool, bytes, float, int, str, type(None), datetime.date, datetime.datetime, datetime.time)
# How many values are looked at in one that has others.
MOST_INNER = 100


def execute_plain(shell, sources):
    """Executes the cells as requests would, up to the first that is not plain. Returns a list of [execution count,
    milliseconds], one for each that was executed; None if one has failed, which none can."""
    done = []
    if not is_plain_shell(shell):
        return done
    begin = time.perf_counter()
    for source in sources:
        start = time.perf_counter()
        transformed = plain_code(shell, source) if start - begin < LIMIT_SECONDS else None
        if transformed is None:
            break
        result = execute(shell, source, transformed)
        if result is None or not result.success:
            return None
        done.append([result.execution_count, (time.perf_counter() - start) * 1000])
    return done


def warm_up_plain(shell):
    """What is done for the first time takes three times as long."""
    if is_plain_shell(shell):
        execute(shell, "pass", plain_code(shell, "pass") or "pass", store_history=False)


def execute(shell, source, transformed, store_history=True):
    """As `shell.run_cell`, which would transform the source again, and look whether it waits for something."""
    try:
        shell.run_cell_async(source, store_history=store_history, transformed_cell=transformed).send(None)
    except StopIteration as end:
        return end.value
    except Exception:
        return None
    return None


def is_plain_shell(shell):
    """Whether nobody but the kernel itself takes part in the execution of a cell."""
    callbacks = (function for event in EVENTS for function in shell.events.callbacks.get(event, ()))
    source = shell.input_transformer_manager
    steps = (*source.cleanup_transforms, *source.line_transforms, *source.token_transformers)
    return (
        all(map(is_own, (*callbacks, *steps, shell.transform_cell, shell.run_cell_async)))
        and type(shell.user_ns) is dict
        and not getattr(shell, "ast_transformers", None)
        and not getattr(shell, "input_transformers_post", None)
        and isinstance(builtins.__import__, types.BuiltinFunctionType)
        and sys.gettrace() is None
        and sys.getprofile() is None
    )


def is_own(function):
    """`shows`: it is ours, but it shows something."""
    if getattr(function, "shows", False):
        return False
    return str(getattr(function, "__module__", "")).partition(".")[0] in OWN_PACKAGES


def plain_code(shell, source):
    """What IPython makes of a plain cell; None for any other."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # the compiler would show one
            transformed = ended(source) if stays_itself(source) else shell.transform_cell(source)
            body = ast.parse(transformed).body
    except Exception:
        return None
    return transformed if all(is_plain_statement(statement, shell.user_ns) for statement in body) else None


def stays_itself(source):
    """Whether IPython, which takes longer to look, would leave the source as it is, if that is a plain cell."""
    if source[:1].isspace() or any(prompt in source for prompt in PROMPTS):
        return False
    return "#" not in source or "\n" in source.rstrip("\n")


def ended(source):
    return source if source.endswith("\n") else source + "\n"


def is_plain_statement(statement, names):
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Import):
        return all(is_loaded(alias.name) and binds(alias, names) for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        module = statement.module if statement.level == 0 and statement.module != "__future__" else None
        return all(has_name(module, alias.name) and binds(alias, names, module) for alias in statement.names)
    if isinstance(statement, ast.Assign):
        return all(is_name(target, names) for target in statement.targets) and is_value(statement.value)
    if isinstance(statement, ast.AnnAssign):
        return is_name(statement.target, names) and is_type(statement.annotation, names) and is_value(statement.value)
    return False


def is_loaded(name):
    """With all packages around it, each of which has it by its name."""
    parts = name.split(".")
    above = [module_of(".".join(parts[:end])) for end in range(1, len(parts) + 1)]
    return all(above) and all(part in vars(module) for module, part in zip(above, parts[1:]))


def module_of(name):
    """None for one that might execute something when it is looked at."""
    module = sys.modules.get(name)
    return module if type(module) is types.ModuleType else None


def has_name(module, name):
    return bool(module) and is_loaded(module) and name in vars(module_of(module))


def binds(alias, names, module=None):
    """Whether only a name gets what is imported: from the module, or a module itself."""
    whole = alias.name if alias.asname else alias.name.partition(".")[0]
    new = vars(module_of(module))[alias.name] if module else module_of(whole)
    return is_free(alias.asname or whole, names, new)


def is_name(node, names):
    return isinstance(node, ast.Name) and is_free(node.id, names)


def is_free(name, names, new=None):
    """Whether it is none of Python's own names, and nothing else happens when it gets another value."""
    return not name.startswith("__") and (names.get(name) is new or is_simple(names.get(name), [MOST_INNER]))


def is_simple(value, left):
    """left: a list of the number of values that may be looked at."""
    left[0] -= 1
    if left[0] < 0:
        return False
    if type(value) in (list, tuple, set):
        return all(is_simple(inner, left) for inner in value)
    if type(value) is dict:
        return all(is_simple(inner, left) for pair in value.items() for inner in pair)
    if type(value) is types.ModuleType:
        return sys.modules.get(vars(value).get("__name__")) is value
    return type(value) in SIMPLE


def is_type(node, names):
    return isinstance(node, ast.Name) and node.id in TYPES and node.id not in names


def is_value(node):
    """Whether it is made of constants, or a date."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(map(is_value, node.elts))
    if isinstance(node, ast.Dict):
        return all(map(is_constant, node.keys)) and all(map(is_value, node.values))
    if isinstance(node, ast.Set):
        return all(map(is_constant, node.elts))
    return is_constant(node) or is_date(node)


def is_constant(node):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
        return isinstance(node, ast.Constant) and type(node.value) in (int, float)
    return isinstance(node, ast.Constant)


def is_date(node):
    """As the server writes it: `__import__("datetime").date(2026, 1, 31)`. It is made here to see that it exists."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DATES):
        return False
    module = node.func.value
    if not (isinstance(module, ast.Call) and ast.unparse(module) == "__import__('datetime')"):
        return False
    if node.keywords or not all(map(is_constant, node.args)):
        return False
    try:
        getattr(datetime, node.func.attr)(*map(ast.literal_eval, node.args))
    except Exception:
        return False
    return True
