# shows: pandas: MultiIndex in rows and columns, describe, groupby
# %%
import numpy as np
import pandas as pd

index = pd.MultiIndex.from_product([["north", "south"], ["a", "b", "c"]], names=["region", "kind"])
columns = pd.MultiIndex.from_product([["2025", "2026"], ["sum", "mean"]])
pd.DataFrame(np.arange(24).reshape(6, 4), index=index, columns=columns)
# %%
pd.DataFrame({"x": np.arange(10.0), "y": np.arange(10) ** 2}).describe()
