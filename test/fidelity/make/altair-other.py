# shows: Altair's renderers png, svg, olli or jupyter
# %%
import altair as alt
import pandas as pd

chart = alt.Chart(pd.DataFrame({"x": list("abc"), "y": [1, 3, 2]})).mark_bar().encode(x="x", y="y")
alt.renderers.enable("png")
chart
# %%
alt.renderers.enable("svg")
chart
# %%
alt.renderers.enable("jupyter", offline=True)
chart
