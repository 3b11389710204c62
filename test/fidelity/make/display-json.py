# shows: JSON tree, expanded and not
# %%
from IPython.display import JSON

JSON({"name": "report", "rows": [1, 2, {"deep": [True, None, 3.5]}], "empty": {}, "text": "a <b> & c"})
# %%
JSON([{"id": n, "tags": ["a", "b"]} for n in range(3)], expanded=True, root="records")
