"""Columns of polars and pyarrow."""

from .bound import in_time
from .frame import Column, Frame, TextBlock
from .value import Type, infer, is_missing, number_of, text_of

UNITS = {"s": "s", "ms": "ms", "us": "us", "μs": "us", "ns": "ns"}


def open_polars(frame, limits):
    if not hasattr(frame, "columns"):
        frame = frame.to_frame()
    rows, width = frame.shape
    frame = frame.head(limits["rows"])
    names = frame.columns[: limits["columns"]]
    return Frame([polars_column(name, frame.get_column(name)) for name in in_time(names, limits)], rows, width)


def polars_column(name, series):
    dtype = series.dtype
    kind = type(dtype).__name__ if not isinstance(dtype, type) else dtype.__name__
    if kind in ("Datetime", "Duration", "Date"):
        return polars_times(name, series, kind)
    if kind.startswith(("Int", "UInt")) and series.null_count() == 0:
        return Column(name, Type(type="integer"), lambda start, stop: series[start:stop].to_numpy())
    if kind.startswith(("Int", "UInt")):
        return listed(name, Type(type="integer"), lambda start, stop: series[start:stop].to_list())
    if kind in ("Float32", "Float64"):
        return Column(name, float_type(kind), lambda start, stop: polars_floats(series[start:stop]))
    if kind == "Boolean":
        return listed(name, Type(type="boolean"), lambda start, stop: series[start:stop].to_list())
    if kind in ("String", "Utf8", "Categorical", "Enum"):
        texts = series.cast(str) if kind in ("Categorical", "Enum") else series
        return Column(name, Type(type="text"), lambda start, stop: TextBlock(texts[start:stop].to_list()))
    return inferred(name, series.to_list())


def float_type(kind):
    return Type(type="number", bits=32) if kind == "Float32" else Type(type="number")


def polars_floats(part):
    """NaN is a value here, other than a missing one."""
    if part.null_count() == 0 and not part.is_nan().any():
        return part.to_numpy()
    return [None if value is None else "NaN" if value != value else number_of(value) for value in part.to_list()]


def polars_times(name, series, kind):
    if kind == "Date":
        days = series.to_physical()
        return listed(name, Type(type="date", unit="D"), lambda start, stop: days[start:stop].to_list())
    column_type = Type(type=kind.lower(), unit=UNITS[series.dtype.time_unit])
    if getattr(series.dtype, "time_zone", None):
        column_type["zone"] = series.dtype.time_zone
    ticks = series.to_physical()
    return listed(name, column_type, lambda start, stop: ticks[start:stop].to_list())


def open_arrow(table, limits):
    import pyarrow

    if isinstance(table, pyarrow.RecordBatch):
        table = pyarrow.Table.from_batches([table])
    rows, width = table.shape
    table = table.slice(0, limits["rows"])
    names = table.column_names[: limits["columns"]]
    return Frame([arrow_column(name, table.column(at)) for at, name in in_time(enumerate(names), limits)], rows, width)


def arrow_column(name, column):
    import pyarrow

    kinds, dtype = pyarrow.types, column.type
    if kinds.is_dictionary(dtype):
        column = column.cast(dtype.value_type)
        dtype = column.type

    def sliced(start, stop):
        return column.slice(start, stop - start)

    if kinds.is_timestamp(dtype) or kinds.is_duration(dtype):
        column_type = Type(type="datetime" if kinds.is_timestamp(dtype) else "duration", unit=dtype.unit)
        if getattr(dtype, "tz", None):
            column_type["zone"] = dtype.tz
        return listed(name, column_type, lambda start, stop: sliced(start, stop).cast(pyarrow.int64()).to_pylist())
    if kinds.is_boolean(dtype):
        return listed(name, Type(type="boolean"), lambda start, stop: sliced(start, stop).to_pylist())
    if kinds.is_integer(dtype) and column.null_count == 0:
        return Column(name, Type(type="integer"), lambda start, stop: sliced(start, stop).to_numpy())
    if kinds.is_integer(dtype):
        return listed(name, Type(type="integer"), lambda start, stop: sliced(start, stop).to_pylist())
    if kinds.is_floating(dtype):
        kind = "Float32" if dtype.bit_width < 64 else "Float64"
        return Column(name, float_type(kind), lambda start, stop: arrow_floats(sliced(start, stop)))
    if kinds.is_string(dtype) or kinds.is_large_string(dtype):
        return Column(name, Type(type="text"), lambda start, stop: TextBlock(sliced(start, stop).to_pylist()))
    return inferred(name, column.to_pylist())


def arrow_floats(part):
    values = part.to_pylist()
    return [None if value is None else "NaN" if value != value else number_of(value) for value in values]


def listed(name, column_type, read):
    return Column(text_of(name), column_type, read)


def inferred(name, values):
    column_type, write = infer(values)
    return listed(
        name,
        column_type,
        lambda start, stop: [None if is_missing(value) else write(value) for value in values[start:stop]],
    )
