# shows: widgets in several cells from one model, jslink, a closed widget
# %%
import ipywidgets as w

slider = w.IntSlider(value=5, description="shared")
text = w.IntText(description="linked")
w.jslink((slider, "value"), (text, "value"))
slider
# %%
w.HBox([slider, text])
# %%
closed = w.IntSlider(description="closed")
display(closed)
closed.close()
