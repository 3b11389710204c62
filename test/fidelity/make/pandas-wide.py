# shows: pandas: a wide table and a long one
# %%
import numpy as np
import pandas as pd

pd.set_option("display.max_columns", 40)
pd.DataFrame(np.arange(160).reshape(4, 40), columns=[f"column {n}" for n in range(40)])
# %%
pd.DataFrame({"n": range(5000), "square": [n * n for n in range(5000)]})
# %%
pd.set_option("display.max_rows", 200)
pd.DataFrame({"n": range(150), "half": [n / 2 for n in range(150)]})
