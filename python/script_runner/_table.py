"""Tables of any library as a header and rows of plain values. Nothing is imported: types are recognised by their
methods."""

from itertools import chain


class Table:
    """`header`: column titles as text. `rows`: an iterable of equally long tuples, read once."""

    def __init__(self, header, rows):
        self.header = [str(title) for title in header]
        self.rows = rows


def native(value):
    """A numpy number (from columns with missing values) as a Python number."""
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def is_missing(value):
    """True for None, NaN, NaT and NA."""
    return (
        value is None or type(value).__name__ in ("NaTType", "NAType") or (isinstance(value, float) and value != value)
    )


def is_table(data):
    return isinstance(data, Table) or reader_of(data) is not None


def read_table(data, index=None):
    """The data as a Table. `index`: whether to write a pandas index; None: if it contains information."""
    reader = reader_of(data)
    if reader is None:
        raise TypeError("{} is not a table.".format(type(data).__name__))
    return reader(data, index)


def reader_of(data):
    """Returns the function that reads this kind of table, or None."""
    kind = (type(data).__module__.split(".")[0], type(data).__name__)
    if kind[0] == "pandas" and kind[1] == "Styler":
        return lambda styler, index: from_pandas(styler.data, index)
    if hasattr(data, "iloc") and hasattr(data, "to_frame"):
        return from_series
    if hasattr(data, "iloc") and hasattr(data, "itertuples"):
        return from_pandas
    if kind == ("polars", "LazyFrame"):
        return lambda lazy, _index: from_polars(lazy.collect(), None)
    if hasattr(data, "iter_rows") and hasattr(data, "columns"):
        return from_polars
    if kind[0] == "polars" and hasattr(data, "to_frame"):
        return lambda series, _index: from_polars(series.to_frame(), None)
    if hasattr(data, "to_pylist") and hasattr(data, "column_names"):
        return lambda arrow, _index: from_dicts(arrow.to_pylist(), arrow.column_names)
    if hasattr(data, "to_pandas"):
        return lambda other, index: read_table(other.to_pandas(), index)
    if isinstance(data, (list, tuple)) and data and all(isinstance(row, dict) for row in data):
        return lambda dicts, _index: from_dicts(dicts, None)
    return None


def from_dicts(dicts, columns):
    """Columns in the order in which they first appear; missing ones stay empty."""
    titles = columns or list(dict.fromkeys(chain.from_iterable(dicts)))
    return Table(titles, (tuple(row.get(title) for title in titles) for row in dicts))


def from_polars(frame, _index):
    return Table(frame.columns, frame.iter_rows())


def from_series(series, index):
    name = series.name if series.name is not None else "value"
    return from_pandas(series.to_frame(name), index)


def from_pandas(frame, index):
    if says_something(frame.index) if index is None else index:
        names = [
            name if name is not None else default_name(level, frame.index)
            for level, name in enumerate(frame.index.names)
        ]
        header = names + [flat(title) for title in frame.columns]
        columns = [frame.index.get_level_values(level) for level in range(frame.index.nlevels)]
    else:
        header, columns = [flat(title) for title in frame.columns], []
    columns += [frame.iloc[:, position] for position in range(frame.shape[1])]
    return Table(header, zip(*[plain_column(column) for column in columns]))


def says_something(index):
    """True for an index worth a column: with a name, or with labels other than row numbers."""
    named = any(name is not None for name in index.names)
    return named or index.nlevels > 1 or getattr(index.dtype, "kind", "O") not in "iu"


def default_name(level, index):
    return "index" if index.nlevels == 1 else "level {}".format(level + 1)


def flat(title):
    """One line for a title with several levels."""
    if not isinstance(title, tuple):
        return title
    return " / ".join(str(part) for part in title if str(part))


def plain_column(column):
    """Datetimes without a time of day as dates, so that nobody reads `2024-01-31 00:00:00`; single-precision floats as
    printed."""
    kind = getattr(column.dtype, "kind", "")
    if kind == "f" and getattr(column.dtype, "itemsize", 8) < 8:
        return (float(text) for text in column.astype(str))
    accessor = getattr(column, "dt", column)
    if kind != "M" or not hasattr(accessor, "normalize") or getattr(accessor, "tz", None) is not None:
        return column
    known = column.dropna()
    midnight = len(known) > 0 and (known == getattr(known, "dt", known).normalize()).all()
    return accessor.date if midnight else column
