# shows: hvplot of a pandas frame
# %%
import holoviews as hv
import pandas as pd

hv.extension("bokeh", inline=False, logo=False)
import hvplot.pandas  # noqa

frame = pd.DataFrame({"x": range(6), "y": [1, 3, 2, 5, 4, 6], "kind": list("ababab")})
# %%
frame.hvplot.line(x="x", y="y", by="kind", width=450, height=220)
# %%
frame.hvplot.scatter(x="x", y="y", width=300, height=200).opts(size=10)
