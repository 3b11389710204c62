"""Writes a table as lines of JSON, within bounds: a header, then for each block of rows a line for each column."""

import base64
import json

from .bound import Excess, is_over
from .frame import TextBlock
from .value import CELL_CHARS, CUT, EXACT, cut, number_of

BLOCK_CELLS = 200_000
BLOCK_ROWS = 20_000
FIRST_ROWS = 50
# Of one column, and of all.
BLOCK_CHARS = 4_000_000
BLOCK_BYTES = 16_000_000
# Of one row; the server reads no longer ones.
ROW_BYTES = 60_000_000
# Types of arrays that are written as their bytes; the server knows no others. Little-endian.
ARRAYS = ("int8", "int16", "int32", "int64", "float32", "float64")
NOT_A_TIME = -(2**63)
# Between texts that are written as one, which takes a third of the time of a list; needs no escape in JSON.
SEPARATOR = "\x7f"


def write_table(frame, file, limits):
    """Writes into an open file. Returns what is kept: `columns`, `rows`, `total` rows and columns, and `cut`: the
    bounds that were reached."""
    total = min(frame.rows, limits["rows"])
    del CUT[:]
    writer = Writer(frame, limits)
    header = {
        "table": 1,
        "index": frame.index,
        "columns": [dict(each.type, name=each.name) for each in frame.columns],
    }
    writer.put(file, encode(header))
    most = max(1, min(BLOCK_ROWS, BLOCK_CELLS // max(1, len(frame.columns))))
    # nobody knows yet how long the values are
    rows, size = 0, min(FIRST_ROWS, most)
    while rows < total and not writer.cut:
        block = writer.block(rows, min(rows + size, total))
        if block is None and size > 1:
            size = max(1, size // 8)
            continue
        if writer.cut:
            break
        for line in block:
            writer.put(file, line)
        rows = min(rows + size, total)
        if sum(map(len, block)) < BLOCK_CHARS // 8:
            size = min(size * 4, most)
    if rows == 0 and total > 0:
        raise Excess("its first rows take too long to write" if "time" in writer.cut else "its rows are too large")
    cuts = writer.cut + ["rows"] * (rows == total < frame.rows) + ["columns"] * (frame.width > limits["columns"])
    cuts += ["cells"] * len(CUT)
    return {
        "columns": [{"name": each.name[:200], "type": each.type["type"]} for each in frame.columns],
        "index": frame.index,
        "rows": rows,
        "total": [frame.rows, frame.width],
        "cut": cuts,
    }


class Writer:
    def __init__(self, frame, limits):
        self.frame, self.limits, self.left = frame, limits, limits["bytes"]
        self.is_binary = limits["numbers"] == "binary"
        self.cut = []

    def put(self, file, line):
        file.write(line)
        self.left -= len(line)

    def block(self, start, stop):
        """The lines of these rows; None if they are too long for one block. Notes a bound that is reached."""
        lines, written = [], 0
        for column in self.frame.columns:
            if is_over(self.limits):
                self.cut.append("time")
                return []
            values = shortened(column.read(start, stop))
            line = None if values is None else self.line(values, column.type)
            if line is None:
                return None
            written += len(line)
            if written > min(self.left, ROW_BYTES) and stop - start == 1:
                self.cut.append("bytes")
                return []
            if written > self.left:
                return None
            if written > BLOCK_BYTES and stop - start > 1:
                return None
            lines.append(line)
        return lines

    def line(self, values, column_type):
        if isinstance(values, TextBlock):
            text = joined(values)
            if text is not None:
                return encode("text:" + text)
        if isinstance(values, list):
            return encode([exact(value) for value in values] if column_type["type"] == "integer" else values)
        if self.is_binary:
            array = narrow(values)
            if array is not None:
                # none of it needs an escape in JSON
                return b'"' + array.dtype.name.encode() + b":" + base64.b64encode(array.tobytes()) + b'"\n'
        return encode(listed(values))


def shortened(values):
    """None if the texts are too long for one block."""
    if not isinstance(values, list):
        return values
    if isinstance(values, TextBlock):
        if max(map(len, filter(None, values)), default=0) > CELL_CHARS:
            values = TextBlock(cut(value) if value else value for value in values)
        longest = max(map(len, filter(None, values)), default=0)
        if longest * len(values) <= BLOCK_CHARS:
            return values
        return None if sum(map(len, filter(None, values))) > BLOCK_CHARS else values
    return None if sum(len(value) for value in values if isinstance(value, str)) > BLOCK_CHARS else values


def joined(texts):
    """None if they are not all texts, or if one contains the separator."""
    try:
        text = SEPARATOR.join(texts)
    except TypeError:
        return None
    return text if texts and text.count(SEPARATOR) == len(texts) - 1 else None


def exact(value):
    return value if not isinstance(value, int) or -EXACT <= value <= EXACT else str(value)


def narrow(array):
    """The array in the smallest type that holds its values, if it is one of `ARRAYS`; None if there is none."""
    kind = array.dtype.kind
    if kind == "b":
        array = array.astype("int8")
    elif kind == "u" and array.dtype.itemsize == 8 and len(array) and int(array.max()) >= 2**63:
        return None
    if kind in "iu" and len(array):
        low, high = int(array.min()), int(array.max())
        if low == NOT_A_TIME:
            return array.astype("<i8")
        bits = max(low.bit_length(), high.bit_length(), 1) + 1
        array = array.astype("<i{}".format(next(size for size in (1, 2, 4, 8) if bits <= size * 8)))
    if array.dtype.byteorder == ">" or not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("<"))
    return array if array.dtype.name in ARRAYS else None


def listed(array):
    """Numbers for masks of secrets to read."""
    values = array.tolist()
    if array.dtype.kind == "f":
        if array.dtype.itemsize < 8:
            values = [float(text) for text in array.astype(str)]
        return [None if value != value else number_of(value) for value in values]
    if array.dtype.kind in "iu":
        return [None if value == NOT_A_TIME else exact(value) for value in values]
    return values


def encode(value):
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "replace")
