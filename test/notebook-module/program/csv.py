"""Offers tables as CSV downloads."""

import datetime, decimal
import pandas as pd
from script_runner import download

download(
    pd.DataFrame(
        {
            "name": ["Müller, Anna", 'say "hi"', "two\nlines", "日本", None],
            "amount": [-5, 1.5, float("nan"), float("inf"), 0.1],
            "day": pd.to_datetime(["2024-01-31", None, "2024-02-29", "2024-03-01", "2024-03-02"]),
            "at": pd.to_datetime(
                ["2024-01-31 10:30", None, "2024-02-29 00:00", "2024-03-01 00:00", "2024-03-02 00:00"]
            ),
        }
    ),
    "content.csv",
)
download(
    [
        {"cell": cell}
        for cell in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(1)",
            "\t=1",
            "\r=1",
            "＝1+1",
            "-5",
            "+5",
            "-1,234.50",
            "-3e-7",
            "+12.5%",
            "a=b",
            "-",
            -7,
            2**70,
            decimal.Decimal("-1.10"),
            datetime.date(2024, 1, 31),
            True,
            {"a": 1},
        ]
    ],
    "formulas.csv",
)
download([{"=HYPERLINK(1)": 1}], "header")
frame = pd.DataFrame({"x": [1, 2, 3]})
download(frame[frame.x > 1], "row-numbers.csv")
download(frame.set_index(pd.Index(["a", "b", "c"])), "labels.csv")
download(frame.rename_axis("key"), "named.csv")
download(frame, "forced.csv", index=True)
download(frame.assign(g=["u", "u", "v"], h=1).groupby(["g", "h"]).agg({"x": ["min", "max"]}), "levels.csv")
download(pd.Series([1, 2], index=["a", "b"], name="n"), "series.csv")
download(pd.DataFrame({"empty": []}), "empty.csv")
download([{"a": 1}, {"b": 2}], "ragged.tsv")
