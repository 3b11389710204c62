# shows: pyarrow: table, array, schema
# %%
import pyarrow as pa

table = pa.table({"n": [1, 2, 3], "text": ["a", "b", None]})
table
# %%
table["n"]
# %%
table.schema
