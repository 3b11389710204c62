# shows: HoloViews with the matplotlib backend
# %%
import holoviews as hv

hv.extension("matplotlib", inline=False, logo=False)
# %%
hv.Curve([1, 3, 2, 4]) * hv.Scatter([1, 3, 2, 4])
