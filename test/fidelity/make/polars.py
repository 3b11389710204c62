# shows: polars: frame, series, types
# %%
import datetime

import polars as pl

pl.DataFrame({"day": [datetime.date(2026, 1, n) for n in range(1, 13)], "value": [n / 3 for n in range(12)],
              "list": [[n, n + 1] for n in range(12)]})
# %%
pl.Series("letters", ["a", "b", None])
