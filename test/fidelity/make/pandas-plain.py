# shows: pandas: plain frame, series, dates, missing values, text beside numbers
# %%
import pandas as pd

pd.DataFrame({"name": ["Ada", "Grace", "Linus"], "born": pd.to_datetime(["1815-12-10", "1906-12-09", "1969-12-28"]),
              "rate": [1.5, None, 3.25], "ok": [True, False, None]})
# %%
pd.Series([1, 2, 3], name="numbers")
# %%
pd.DataFrame({"markup": ["<b>not bold</b>", "a & b"], "long": ["word " * 30, "short"]})
# %%
pd.DataFrame()
