# shows: Broken bundles: a picture that is none, an unknown type, SVG that is not XML
# %%
from IPython.display import display

display({"image/png": "bm90IGEgcGljdHVyZQ==", "text/plain": "text beside it"}, raw=True)
# %%
display({"application/x-unknown+json": {"a": 1}, "text/plain": "text of an unknown type"}, raw=True)
# %%
display({"image/svg+xml": "<svg><rect", "text/plain": "text of the svg"}, raw=True)
# %%
display({"application/vnd.vegalite.v5+json": {"mark": "no such mark", "data": {"values": []}}, "text/plain": "chart"}, raw=True)
