# shows: xarray: a dataset's HTML
# %%
import numpy as np
import xarray as xr

xr.Dataset({"t": (("y", "x"), np.arange(6.0).reshape(2, 3))}, coords={"x": [10, 20, 30], "y": [1, 2]}, attrs={"title": "made up"})
