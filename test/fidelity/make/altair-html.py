# shows: Altair with its default renderer, HTML from a CDN
# %%
import altair as alt
import pandas as pd

frame = pd.DataFrame({"x": list("abcd"), "y": [4, 2, 3, 1]})
alt.renderers.enable("html")
alt.Chart(frame, title="bars").mark_bar().encode(x="x", y="y")
# %%
points = alt.Chart(frame).mark_point().encode(x="x", y="y", tooltip="y")
points.interactive() | alt.Chart(frame).mark_arc().encode(theta="y", color="x")
