# shows: pandas Styler: gradient, bars, highlights, caption, formats, hidden index, sticky, tooltips
# %%
import numpy as np
import pandas as pd

frame = pd.DataFrame(np.random.default_rng(1).normal(size=(5, 4)), columns=list("abcd"))
frame.style.background_gradient(cmap="viridis").format("{:.2f}")
# %%
frame.style.bar(align="mid", color=["#d65f5f", "#5fba7d"]).set_caption("Bars from the middle")
# %%
frame.style.highlight_max(color="yellow").highlight_min(color="lightblue").hide(axis="index")
# %%
frame.style.set_table_styles([{"selector": "th", "props": "background: #246; color: white"},
                              {"selector": "td:hover", "props": "background: #ffb"}]).set_sticky(axis="columns")
# %%
frame.style.map(lambda v: "color: red" if v < 0 else "color: green").set_tooltips(frame.astype(str))
