"""`result`: a named value of the run for programs, also shown to the viewer as a line."""

import json

from ._announcement import announce

MAX_BYTES = 100_000
# JSON readers may lose digits of larger integers, so these are sent as decimal strings.
MAX_SAFE_INTEGER = 2**53 - 1
# Types that JSON lacks and whose text contains everything.
SPOKEN = ("Decimal", "Fraction", "Period", "Interval", "UUID", "PosixPath", "WindowsPath")


def result(name, value):
    """Publishes `value` (anything that JSON can represent, including numpy and pandas values) under `name`.

    The last value of a name counts. Raises TypeError for what JSON cannot represent, ValueError above 100 kB.
    """
    if not isinstance(name, str) or not name.strip():
        raise TypeError("result(name, value) takes a name first, for example result('revenue', 12.5).")
    plain = to_json(value)
    text = json.dumps(plain, ensure_ascii=False)
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise ValueError("The result {!r} is larger than 100 kB: offer it with script_runner.download.".format(name))
    announce({"kind": "result", "name": name, "value": plain}, "{}: {}".format(name, text))


def to_json(value):
    """The value in JSON's types; NaN, infinities and integers beyond 2^53 become strings."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= MAX_SAFE_INTEGER else str(int(value))
    if isinstance(value, float):
        return special(value) or float(value)
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item) for item in value]
    return to_json(unwrap(value))


def special(value):
    """The replacement for a float that JSON cannot represent, else None."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return None


def unwrap(value):
    """The plain Python value inside a date, Decimal, numpy, pandas or polars value."""
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if type(value).__name__ in SPOKEN:
        return str(value)
    if hasattr(value, "to_dicts"):
        return value.to_dicts()
    if hasattr(value, "to_dict"):
        return value.to_dict("records") if hasattr(value, "columns") else value.to_dict()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError("A result must be a number, text, date, list, dict or table, not {}.".format(type(value).__name__))
