"""Converts values of every kind to results."""

import datetime, decimal, numpy as np, pandas as pd
from script_runner import result

values = [
    1,
    True,
    None,
    "ü",
    0.5,
    float("nan"),
    float("-inf"),
    2**53,
    np.int64(3),
    np.float32(0.5),
    np.bool_(True),
    np.array([1, 2]),
    pd.NaT,
    pd.NA,
    pd.Timestamp("2024-01-31"),
    datetime.date(2024, 1, 31),
    decimal.Decimal("1.10"),
    {1: (2, 3)},
    pd.DataFrame({"a": [1, float("nan")]}),
    pd.Series({"x": 1}),
]
from script_runner._result import to_json

say([to_json(value) for value in values])
result("revenue", np.float64(12.5))
say(
    [
        refused(lambda: result("x", object())),
        refused(lambda: result("", 1)),
        refused(lambda: result("x", "a" * 200_000)),
    ]
)
