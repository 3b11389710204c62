# shows: GeoJSON as its MIME type, geopandas
# %%
from IPython.display import GeoJSON, display

shape = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"name": "a square"},
     "geometry": {"type": "Polygon", "coordinates": [[[4, 51], [6, 51], [6, 53], [4, 53], [4, 51]]]}},
    {"type": "Feature", "properties": {"name": "a point"}, "geometry": {"type": "Point", "coordinates": [5, 52]}}]}
display({"application/geo+json": shape, "text/plain": "GeoJSON"}, raw=True)
# %%
import geopandas
from shapely.geometry import Point, Polygon

geopandas.GeoDataFrame({"name": ["p", "q"]}, geometry=[Point(1, 2), Polygon([(0, 0), (1, 0), (1, 1)])])
# %%
Polygon([(0, 0), (3, 0), (3, 2), (0, 2)])
