# shows: ipyleaflet, as saved
# %%
from ipyleaflet import Map, Marker

place = Map(center=(52.1, 5.1), zoom=7)
place.add(Marker(location=(52.1, 5.1)))
place
