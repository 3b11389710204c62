# shows: Altair by its MIME type, Vega-Lite
# %%
import altair as alt
import pandas as pd

alt.renderers.enable("mimetype")
frame = pd.DataFrame({"x": range(20), "y": [(n * 7) % 11 for n in range(20)], "kind": ["a", "b"] * 10})
alt.Chart(frame).mark_line(point=True).encode(x="x", y="y", color="kind")
# %%
brush = alt.selection_interval()
alt.Chart(frame).mark_point().encode(x="x", y="y", color=alt.condition(brush, "kind", alt.value("grey"))).add_params(brush)
