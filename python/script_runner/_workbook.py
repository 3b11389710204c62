"""Tables as an Excel workbook in which text is text, never a formula."""

import re
from itertools import chain, islice

from ._table import is_missing, native

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_WIDTH = 60
ROWS_MEASURED = 200


def write_workbook(sheets, path):
    """`sheets`: sheet name -> Table. The header is bold, frozen and has filters; columns are as wide as their content.

    Raises ImportError without openpyxl, ValueError for a table larger than a sheet.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise ImportError(
            "Excel files need the package openpyxl. Install it, or offer a name that ends in .csv."
        ) from None
    workbook = Workbook(write_only=True)
    for name, table in sheets.items():
        write_sheet(workbook.create_sheet(sheet_title(name, workbook.sheetnames)), table)
    workbook.save(path)


def write_sheet(sheet, table):
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    if len(table.header) > MAX_COLUMNS:
        raise ValueError("An Excel sheet holds {:,} columns at most: offer CSV instead.".format(MAX_COLUMNS))
    rows = iter(table.rows)
    first = list(islice(rows, ROWS_MEASURED))
    for position, title in enumerate(table.header):
        longest = max([len(title) + 3] + [len(shown(row[position])) for row in first])
        sheet.column_dimensions[get_column_letter(position + 1)].width = min(longest + 2, MAX_WIDTH)
    sheet.freeze_panes = "A2"
    header = [text_cell(sheet, title) for title in table.header]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    count = 1
    for row in chain(first, rows):
        count += 1
        if count > MAX_ROWS:
            raise ValueError("An Excel sheet holds {:,} rows at most: offer CSV instead.".format(MAX_ROWS - 1))
        sheet.append([cell_value(sheet, value) for value in row])
    if table.header:
        sheet.auto_filter.ref = "A1:{}{}".format(get_column_letter(len(table.header)), count)


def cell_value(sheet, value):
    """The value for openpyxl: numbers and dates unchanged, everything else as text."""
    value = native(value)
    if is_missing(value):
        return None
    if isinstance(value, (bool, int)):
        return value if abs(value) < 10**15 else text_cell(sheet, str(value))
    if isinstance(value, float):
        return value if abs(value) != float("inf") else text_cell(sheet, str(value))
    if hasattr(value, "total_seconds") or type(value).__name__ in ("Decimal", "date", "time"):
        return value
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    if hasattr(value, "tzinfo"):
        return value.replace(tzinfo=None)  # Excel knows no zones: the clock time that the table shows
    return text_cell(sheet, value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def text_cell(sheet, text):
    """A cell of type string, whatever the text begins with, without control characters that XML forbids."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell


def shown(value):
    """The width of the value as a spreadsheet shows it, approximately."""
    return "" if is_missing(value) else "{:.2f}".format(value) if isinstance(value, float) else str(value)


def sheet_title(name, taken):
    """A title that Excel takes: 31 characters, none of `[]:*?/\\`, unlike the ones before."""
    title = re.sub(r"[\[\]:*?/\\]", "-", str(name)).strip("' ")[:31] or "Sheet"
    used = {other.lower() for other in taken}
    number = 2
    while title.lower() in used:
        title = "{} {}".format(title[:27].rstrip(), number)
        number += 1
    return title
