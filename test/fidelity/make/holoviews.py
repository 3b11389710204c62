# shows: HoloViews with the Bokeh backend
# %%
import holoviews as hv

hv.extension("bokeh", inline=False, logo=False)
# %%
hv.Curve([1, 3, 2, 4]).opts(width=400, height=200) + hv.Bars([("a", 1), ("b", 3)]).opts(width=250, height=200)
# %%
hv.HoloMap({n: hv.Curve([1, n, 2]) for n in range(3)}, kdims="n").opts(width=300, height=200)
