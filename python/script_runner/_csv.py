"""Tables as CSV that spreadsheets open correctly and that cannot execute anything there."""

import csv
import json
import re

from ._table import is_missing, native

# Spreadsheets take a cell that begins with one of these for a formula.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"^[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?%?$")


def write_csv(table, path, delimiter=","):
    """UTF-8 with a byte order mark, by which Excel recognises it; RFC 4180 quoting; missing values empty."""
    with open(path, "w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([inert(title) for title in table.header])
        writer.writerows([cell_text(value) for value in row] for row in table.rows)


def inert(text):
    """The text, with an apostrophe before it if a spreadsheet would evaluate it; numbers stay unchanged."""
    return "'" + text if text.startswith(FORMULA_STARTS) and not NUMBER.match(text) else text


def cell_text(value):
    """The form of a value in CSV. Numbers are left to the writer, which writes them exactly."""
    value = native(value)
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, (bool, int, float)):
        return value
    if hasattr(value, "isoformat"):
        return date_text(value)
    if isinstance(value, (dict, list, tuple)):
        return inert(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, bytes):
        return inert(value.decode("utf-8", "replace"))
    return inert(str(value))


def date_text(value):
    """ISO 8601 with a space, which spreadsheets read as a date; durations in pandas' format."""
    if hasattr(value, "total_seconds"):
        return str(value)
    return value.isoformat(sep=" ") if hasattr(value, "date") else value.isoformat()
