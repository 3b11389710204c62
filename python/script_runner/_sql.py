"""Cells of SQL files: a statement on a connection, its result as a table."""

import re

from ._announcement import shell
from ._connection import connection
from ._parameter import params

# Texts, quoted names and comments, in which a colon is a colon; then a placeholder.
PARTS = re.compile(
    r"'[^']*(?:'|$)|\"[^\"]*(?:\"|$)|--[^\n]*|/\*.*?(?:\*/|$)|::|(?<![\w:]):([A-Za-z_]\w*)(?!\w|:)", re.S
)

opened = {}


def statement_of(text):
    """The statement with the colons escaped that are none of a placeholder, and the names of the placeholders."""
    names = []

    def part(found):
        if found.group(1):
            names.append(found.group(1))
            return found.group(0)
        return found.group(0).replace(":", "\\:")

    return PARTS.sub(part, text), names


def execute(name, text):
    """Column names and rows; None for a statement that has no rows. Values are bound, never pasted."""
    if name not in opened:
        source = connection(name)
        opened[name] = source.connect() if hasattr(source, "connect") else source
    current = opened[name]
    escaped, names = statement_of(text)
    values = {one: params[one] for one in names}
    if not hasattr(current, "get_execution_options"):
        cursor = current.cursor()
        cursor.execute(text, values)
        rows = cursor.fetchall() if cursor.description else None
        current.commit()
        return None if rows is None else ([column[0] for column in cursor.description], rows)
    from sqlalchemy import bindparam
    from sqlalchemy import text as clause

    lists = [bindparam(one, expanding=True) for one, value in values.items() if isinstance(value, list)]
    result = current.execute(clause(escaped).bindparams(*lists), values)
    found = (list(result.keys()), result.fetchall()) if result.returns_rows else None
    current.commit()
    return found


def run_cell(line, cell):
    found = execute(line.strip(), cell)
    if found is None:
        return None
    names, rows = found
    try:
        import pandas
    except ImportError:
        return [dict(zip(names, row)) for row in rows]
    return pandas.DataFrame.from_records([tuple(row) for row in rows], columns=names)


def install():
    current = shell()
    if current is not None:
        current.register_magic_function(run_cell, "cell", "script_runner_sql")
