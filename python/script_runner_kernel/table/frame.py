"""Tables of each library as columns that are read in blocks."""

from script_runner._table import default_name, flat, says_something

from .bound import in_time
from .value import Type, infer, is_missing, text_of


class Column:
    """`type`: see `value.Type`. `read(start, stop)`: the values of these rows, as JSON or as an array of numbers."""

    def __init__(self, name, type, read):
        self.name, self.type, self.read = name, type, read


class Frame:
    """`rows` and `width`: of the whole table, of which `columns` may have less. `index`: how many of the columns,
    which are the first, are its index."""

    def __init__(self, columns, rows, width, index=0):
        self.columns, self.rows, self.width, self.index = columns, rows, width, index


def open_frame(frame, limits):
    """Reads nothing yet but what tells the types of the columns."""
    library = [each.__module__.partition(".")[0] for each in type(frame).__mro__]
    if type(frame).__name__ == "Styler":
        return open_frame(frame.data, limits)
    if "modin" in library:
        return open_modin(frame, limits)
    if "polars" in library:
        from .arrow import open_polars

        return open_polars(frame, limits)
    if "pyarrow" in library:
        from .arrow import open_arrow

        return open_arrow(frame, limits)
    return open_pandas(frame, limits)


def open_modin(frame, limits):
    """Its rows lie in other processes: no more are fetched than are kept."""
    rows = len(frame)
    opened = open_pandas(frame.iloc[: limits["rows"]]._to_pandas(), limits)
    return Frame(opened.columns, rows, opened.width, opened.index)


def open_pandas(frame, limits):
    if not hasattr(frame, "columns"):
        frame = frame.to_frame(frame.name if frame.name is not None else "value")
    rows, width = frame.shape
    frame = frame.iloc[: limits["rows"], : limits["columns"]]
    index, columns = frame.index, []
    if says_something(index):
        for level, name in enumerate(index.names):
            title = flat(name) if name is not None else default_name(level, index)
            columns.append(pandas_column(title, index.get_level_values(level)))
    levels = len(columns)
    columns += [
        pandas_column(flat(title), frame.iloc[:, at]) for at, title in in_time(enumerate(frame.columns), limits)
    ]
    return Frame(columns, rows, width, levels)


def pandas_column(title, values):
    dtype = values.dtype
    name, kind = text_of(title), getattr(dtype, "kind", "O")
    plain = type(dtype).__module__.partition(".")[0] == "numpy"
    if kind in "mM" and (plain or hasattr(dtype, "tz")):
        return time_column(name, values, dtype)
    if plain and kind in "iufb":
        return array_column(name, values.to_numpy())
    if kind in "iufb" and hasattr(values.array, "_mask"):
        return masked_column(name, values, kind)
    return object_column(name, values)


def array_column(name, array):
    kind = array.dtype.kind
    known = {"b": "boolean", "f": "number"}.get(kind, "integer")
    if kind == "f" and array.dtype.itemsize not in (4, 8):
        array = array.astype("float32" if array.dtype.itemsize == 2 else "float64")
    column_type = Type(type=known)
    if array.dtype.name == "float32":
        column_type["bits"] = 32
    if array.dtype.name == "uint64":
        column_type["unsigned"] = True
    return Column(name, column_type, lambda start, stop: array[start:stop])


def time_column(name, values, dtype):
    """Counts of a unit since 1970, in UTC where there is a zone. Days if all are at midnight, as spreadsheets show
    them; never finer than needed."""
    unit = dtype.unit if hasattr(dtype, "unit") else numpy_unit(dtype)
    array = getattr(values, "array", values)
    ticks = getattr(array, "asi8", None)
    if ticks is None:
        ticks = values.to_numpy().view("int64")
    zone = getattr(dtype, "tz", None)
    known = ticks[ticks != -(2**63)]
    column_type = Type(type="duration" if dtype.kind == "m" else "datetime", unit=unit)
    if zone is not None:
        column_type["zone"] = str(zone)
    second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    if column_type == {"type": "datetime", "unit": unit} and len(known) and not (known % (86400 * second)).any():
        column_type, divisor = Type(type="date", unit="D"), 86400 * second
    elif unit == "ns" and not (known % 1000).any():
        column_type["unit"], divisor = "us", 1000
    else:
        divisor = 1

    def read(start, stop):
        part = ticks[start:stop]
        if divisor == 1:
            return part
        scaled = part // divisor
        scaled[part == -(2**63)] = -(2**63)
        return scaled

    return Column(name, column_type, read)


def numpy_unit(dtype):
    unit = dtype.str.partition("[")[2].rstrip("]")
    return unit if unit in ("s", "ms", "us", "ns") else "ns"


def masked_column(name, values, kind):
    """Numbers beside which the library keeps which of them are missing."""
    known = {"b": "boolean", "f": "number"}.get(kind, "integer")

    def read(start, stop):
        part = values[start:stop].array
        if not part._mask.any():
            return part._data
        return [None if is_missing(value) else value for value in part.to_numpy(dtype=object, na_value=None).tolist()]

    return Column(name, Type(type=known), read)


def object_column(name, values):
    """Categories, texts, and whatever else: the values themselves tell their type."""
    array = values.to_numpy(dtype=object)
    if len(array) and set(map(type, array)) == {str}:
        # as most columns are: no function is called for each value
        return Column(name, Type(type="text"), lambda start, stop: TextBlock(array[start:stop].tolist()))
    column_type, write = infer(array)
    return Column(
        name,
        column_type,
        lambda start, stop: [None if is_missing(value) else write(value) for value in array[start:stop]],
    )


class TextBlock(list):
    """Nothing but texts, which may be too long."""
