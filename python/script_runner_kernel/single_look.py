"""ipykernel transforms each cell and compiles it, to learn whether it awaits something, and then hands over its source;
IPython does both again. Here a cell is transformed once, and compiled for this only if it has one of the two words.
Most of a transformation is reading the tokens, in Python: a cell that Python's own parser accepts has none that mean
something else to IPython."""

import ast
import re

AWAITING = re.compile(r"\b(?:async|await)\b")
# What the parser may warn of, as the compiler will.
WARNED = re.compile(r"\\|\d(?:and|else|for|if|in|is|not|or)\b")


class RequestedCell:
    """The cell of the last request: its source, and what was made of it until somebody has been given that."""

    source = transformed = None


def look_once(shell):
    """Others than ipykernel, cells among them, are answered as always: nobody else has the object that was read from
    the request before the cell is executed."""
    transform, awaits = shell.transform_cell, shell.should_run_async

    def transform_cell(raw_cell):
        if raw_cell is not RequestedCell.source:
            return transform(raw_cell)
        if RequestedCell.transformed is None:
            RequestedCell.transformed = transform(raw_cell)
            return RequestedCell.transformed
        transformed, RequestedCell.transformed = RequestedCell.transformed, None
        RequestedCell.source = None
        return transformed

    def should_run_async(raw_cell, *, transformed_cell=None, **options):
        if transformed_cell is not None and not AWAITING.search(transformed_cell):
            return False
        RequestedCell.source = None  # where it awaits something, nobody transforms it again
        return awaits(raw_cell, transformed_cell=transformed_cell, **options)

    shell.transform_cell, shell.should_run_async = transform_cell, should_run_async
    shell.input_transformer_manager.do_token_transforms = look_for_tokens(shell.input_transformer_manager)


def look_for_tokens(manager):
    """Only while nobody has added a transformer of his own."""
    transform, known = manager.do_token_transforms, list(manager.token_transformers)

    def do_token_transforms(lines):
        is_known = manager.token_transformers == known
        return lines if is_known and is_python("".join(lines)) else transform(lines)

    return do_token_transforms


def is_python(source):
    """False also for sources that would have to be looked at more closely."""
    if WARNED.search(source):
        return False
    try:
        ast.parse(source)
    except Exception:
        return False
    return True


class SingleLook:
    """Before ipykernel's kernel in the order of classes."""

    async def execute_request(self, stream, ident, parent):
        RequestedCell.source, RequestedCell.transformed = parent["content"].get("code"), None
        await super().execute_request(stream, ident, parent)
