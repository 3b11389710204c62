"""Choices of inputs: what a function of a cell tagged `choices` returns, or a query on a connection."""

import itertools
import json

from ._announcement import announce
from ._connection import connection
from ._result import unwrap
from ._sql import statement_of

MOST = 10_000
TEXT_CHARS = 1_000
# One message of the kernel.
PART = 500
# In MySQL, a statement that changes tables ends the transaction before it, unless that was begun as read only.
MYSQL = ("set session transaction read only", "start transaction read only")
READ_ONLY = {
    "sqlite": ("pragma query_only = on",),
    "postgresql": ("set transaction read only",),
    "mysql": MYSQL,
    "mariadb": MYSQL,
}


def offer(found):
    """Sends choices to the server: values, pairs of value and label, a dict, or a table of one or two columns.

    Raises ValueError for more than 10,000.
    """
    if found is None:
        raise TypeError("A function for choices returns a list, not None.")
    pairs = [pair for pair in map(pair_of, itertools.islice(rows_of(found), MOST + 1)) if pair is not None]
    if len(pairs) > MOST:
        raise ValueError("There are more than 10,000 choices: let them depend on another input.")
    for start in range(0, max(len(pairs), 1), PART):
        announce({"kind": "choices", "choices": pairs[start : start + PART]}, "Choices")


def rows_of(found):
    if isinstance(found, dict):
        return iter(found.items())
    if isinstance(found, (str, bytes)):
        raise TypeError("A function for choices returns a list, not a text.")
    if hasattr(found, "itertuples"):
        return found.itertuples(index=False, name=None)
    return iter(found.tolist() if hasattr(found, "tolist") else found)


def pair_of(row):
    """Value and label as texts; None for a missing value."""
    parts = list(row) if isinstance(row, (tuple, list)) else [row]
    value = text_of(parts[0]) if parts else ""
    label = text_of(parts[1]) if len(parts) > 1 else ""
    return [value, label or value] if value else None


def text_of(value):
    """As forms send it; empty for None and NaN."""
    if not isinstance(value, (str, bool, int, float)) and value is not None:
        value = unwrap(value)
    if value is None or value != value:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text[:TEXT_CHARS]


def query(name, statement, values):
    """The rows of the statement, at most one more than there may be. Values are bound, never pasted; nothing is
    committed."""
    source = connection(name)
    if not hasattr(source, "dialect"):
        cursor = source.cursor()
        kind = kind_of(type(source).__module__.lower())
        for sentence in READ_ONLY[kind]:
            cursor.execute(sentence)
        if kind == "sqlite":
            cursor.execute(statement, values)
        else:
            cursor.execute(*in_driver_style(statement, values))
        return cursor.fetchmany(MOST + 1)
    from sqlalchemy import bindparam
    from sqlalchemy import text as clause

    escaped, _ = statement_of(statement)
    lists = [bindparam(one, expanding=True) for one, value in values.items() if isinstance(value, list)]
    with source.connect() as current:
        make_read_only(current, clause)
        result = current.execute(clause(escaped).bindparams(*lists), values)
        rows = [tuple(row) for row in result.fetchmany(MOST + 1)]
        current.rollback()
    return rows


def kind_of(module):
    """The database of a driver without SQLAlchemy: of those that `connection` opens."""
    if module.startswith("sqlite3"):
        return "sqlite"
    return "mysql" if "mysql" in module else "postgresql"


def make_read_only(current, clause):
    for sentence in READ_ONLY.get(current.dialect.name, ()):
        current.execute(clause(sentence))


def in_driver_style(statement, values):
    """The statement with the placeholders of psycopg2 and pymysql, in which a percent sign is doubled."""
    from ._sql import PARTS

    def part(found):
        return "%({})s".format(found.group(1)) if found.group(1) else found.group(0)

    return PARTS.sub(part, statement.replace("%", "%%")), values
