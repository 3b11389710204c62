"""Offers a workbook and reads it."""

import pandas as pd, openpyxl

frame = pd.DataFrame(
    {
        "text": ["=1+1", "#N/A", "plain\x07", None],
        "count": [1, -2, 3, 10**17],
        "price": [1.5, float("nan"), float("inf"), -0.25],
        "day": pd.to_datetime(["2024-01-31", None, "2024-02-29", "2024-03-01"]),
        "at": pd.to_datetime(["2024-01-31 10:30+02:00"] * 4),
        "ok": [True, False, True, False],
        "whole": pd.array([1, None, -5, 2], dtype="Int64"),
        "single": pd.Series([0.1, 0.2, None, 1], dtype="float32"),
    }
)
script_runner.download({"All: 2024/25": frame, "=second": [{"=a": 1}]}, "book.xlsx")
book = openpyxl.load_workbook("output/book.xlsx")
sheet = book["All- 2024-25"]
say([[[cell.value, cell.data_type] for cell in row] for row in sheet.iter_rows()])
say(
    [
        book.sheetnames,
        sheet.freeze_panes,
        sheet.auto_filter.ref,
        sheet["A1"].font.bold,
        [book["=second"]["A1"].value, book["=second"]["A1"].data_type],
    ]
)
