/** Excel downloads: numbers and dates as such, text always text. */
import { expect, test } from 'vitest';
import { runPython } from './python-run.ts';

test('a workbook holds values of the right types and no formula', () => {
  const { said } = runPython(
    `
import pandas as pd, openpyxl
frame = pd.DataFrame({
    "text": ["=1+1", "#N/A", "plain\\x07", None], "count": [1, -2, 3, 10**17], "price": [1.5, float("nan"), float("inf"), -0.25],
    "day": pd.to_datetime(["2024-01-31", None, "2024-02-29", "2024-03-01"]),
    "at": pd.to_datetime(["2024-01-31 10:30+02:00"] * 4), "ok": [True, False, True, False],
    "whole": pd.array([1, None, -5, 2], dtype="Int64"), "single": pd.Series([0.1, 0.2, None, 1], dtype="float32")})
script_runner.download({"All: 2024/25": frame, "=second": [{"=a": 1}]}, "book.xlsx")
book = openpyxl.load_workbook("output/book.xlsx")
sheet = book["All- 2024-25"]
say([[[cell.value, cell.data_type] for cell in row] for row in sheet.iter_rows()])
say([book.sheetnames, sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold, [book["=second"]["A1"].value, book["=second"]["A1"].data_type]])
`,
    { run: true },
  );
  expect(said[0]).toEqual([
    [
      ['text', 's'],
      ['count', 's'],
      ['price', 's'],
      ['day', 's'],
      ['at', 's'],
      ['ok', 's'],
      ['whole', 's'],
      ['single', 's'],
    ],
    [
      ['=1+1', 's'],
      [1, 'n'],
      [1.5, 'n'],
      ['2024-01-31 00:00:00', 'd'],
      ['2024-01-31 10:30:00', 'd'],
      [true, 'b'],
      [1, 'n'],
      [0.1, 'n'],
    ],
    [
      ['#N/A', 's'],
      [-2, 'n'],
      [null, 'n'],
      [null, 'n'],
      ['2024-01-31 10:30:00', 'd'],
      [false, 'b'],
      [null, 'n'],
      [0.2, 'n'],
    ],
    [
      ['plain', 's'],
      [3, 'n'],
      ['inf', 's'],
      ['2024-02-29 00:00:00', 'd'],
      ['2024-01-31 10:30:00', 'd'],
      [true, 'b'],
      [-5, 'n'],
      [null, 'n'],
    ],
    [
      [null, 'n'],
      ['100000000000000000', 's'],
      [-0.25, 'n'],
      ['2024-03-01 00:00:00', 'd'],
      ['2024-01-31 10:30:00', 'd'],
      [false, 'b'],
      [2, 'n'],
      [1, 'n'],
    ],
  ]);
  expect(said[1]).toEqual([['All- 2024-25', '=second'], 'A2', 'A1:H5', true, ['=a', 's']]);
});
