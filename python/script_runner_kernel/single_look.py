"""ipykernel transforms each cell and compiles it, to learn whether it awaits something, and then hands over its source;
IPython does both again. Here a cell is transformed once, and compiled for this only if it has one of the two words."""

import re

AWAITING = re.compile(r"\b(?:async|await)\b")


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


class SingleLook:
    """Before ipykernel's kernel in the order of classes."""

    async def execute_request(self, stream, ident, parent):
        RequestedCell.source, RequestedCell.transformed = parent["content"].get("code"), None
        await super().execute_request(stream, ident, parent)
