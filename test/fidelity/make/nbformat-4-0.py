# shows: A notebook in nbformat 4.0, without ids of cells
# %% [markdown]
# # Notebook without ids
# %%
print("printed")
# %%
import pandas as pd

pd.DataFrame({"a": [1, 2]})
