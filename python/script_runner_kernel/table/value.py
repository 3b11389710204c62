"""Values of columns that are Python objects, as values of JSON with one type for the whole column."""

import json
from datetime import date, datetime, time, timedelta, timezone

CELL_CHARS = 100_000
# Has an entry once a value of the table was cut.
CUT = []
EXACT = 2**53
NUMBERS = (int, float)
CONTAINERS = (dict, list, tuple, set, frozenset)


class Type(dict):
    """What the header of a table says of a column: `type`, and `unit` and `zone` of times."""


def is_missing(value):
    """True for None, NaN, NaT and NA."""
    if isinstance(value, float):
        return value != value
    return value is None or type(value).__name__ in ("NaTType", "NAType")


def infer(values):
    """The type that all values of the column have, and the function that writes one. Missing values do not count."""
    classes = {type(value) for value in values}
    classes -= {each for each in classes if each.__name__ in ("NoneType", "NaTType", "NAType")}
    if classes and classes <= {str}:
        return Type(type="text"), text_of
    if float in classes and len(classes) > 1 and not classes <= {int, float}:
        # NaN stands for a missing value in columns of any type
        if all(value != value for value in values if type(value) is float):
            classes.discard(float)
    names = {each.__name__ for each in classes}
    if not classes or classes <= {str}:
        return Type(type="text"), text_of
    if names <= {"bool", "bool_"}:
        return Type(type="boolean"), bool
    if all(is_whole(each) for each in classes):
        if all(-(2**63) <= value < 2**63 for value in values if not is_missing(value)):
            return Type(type="integer"), integer_of
        return Type(type="decimal", scale=0), text_of
    if all(is_whole(each) or issubclass(each, float) or each.__name__ in ("float32", "float16") for each in classes):
        return Type(type="number"), number_of
    if names == {"Decimal"}:
        return infer_decimal(values), decimal_of
    if all(issubclass(each, datetime) for each in classes):
        return infer_datetime(values)
    if classes == {date}:
        return Type(type="date", unit="D"), lambda value: (value - date(1970, 1, 1)).days
    if all(issubclass(each, timedelta) for each in classes):
        return Type(type="duration", unit="us"), lambda value: integer_of(value // timedelta(microseconds=1))
    if all(issubclass(each, CONTAINERS) or each.__name__ == "ndarray" for each in classes):
        return Type(type="json"), json_of
    return Type(type="text"), text_of


def is_whole(cls):
    return (issubclass(cls, int) and cls is not bool) or (
        cls.__module__ == "numpy" and cls.__name__.lstrip("u").startswith("int")
    )


def infer_decimal(values):
    """With the digits after the point, of all values together."""
    exponents = {value.as_tuple().exponent for value in values if type(value).__name__ == "Decimal"}
    scale = max([0] + [-each for each in exponents if isinstance(each, int)])
    return Type(type="decimal", scale=scale)


def infer_datetime(values):
    """Points in time if all have a zone; the times of a clock if none has. A mixture is text."""
    zones = {value.tzinfo for value in values if isinstance(value, datetime) and not is_missing(value)}
    if None in zones and len(zones) > 1:
        return Type(type="text"), text_of
    tick = timedelta(microseconds=1)
    if zones == {None}:
        return Type(type="datetime", unit="us"), lambda value: integer_of((value - datetime(1970, 1, 1)) // tick)
    start = datetime(1970, 1, 1, tzinfo=timezone.utc)
    zone = str(zones.pop()) if len(zones) == 1 else "UTC"
    return Type(type="datetime", unit="us", zone=zone), lambda value: integer_of((value - start) // tick)


def integer_of(value):
    """Whole numbers that a double does not hold exactly are text."""
    value = int(value)
    return value if -EXACT <= value <= EXACT else str(value)


def number_of(value):
    if isinstance(value, int):
        return integer_of(value)
    value = float(value) if isinstance(value, float) else float(str(value))
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def decimal_of(value):
    return format(value, "f") if value.is_finite() else str(value)


def json_of(value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (set, frozenset)):
        value = list(value)
    try:
        return cut(json.dumps(value, ensure_ascii=False, default=text_of))
    except Exception:  # circular, too deep, keys of other types
        return plain(value)


def text_of(value):
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, (bytes, bytearray)):
        return cut(bytes(value[: CELL_CHARS + 1]).decode("utf-8", "replace"))
    if isinstance(value, CONTAINERS) or type(value).__name__ == "ndarray":
        return json_of(value)
    return value.isoformat() if isinstance(value, time) else plain(value)


def plain(value):
    try:
        return cut(str(value))
    except Exception:  # the object is the notebook's
        return "<{}>".format(type(value).__name__)


def cut(text):
    if len(text) <= CELL_CHARS:
        return text
    CUT[:] = [True]
    return text[:CELL_CHARS] + "…"
