# shows: folium: eight plugins, one of which reports do not have
# %%
import folium
from folium import plugins

place = folium.Map(location=[52.1, 5.1], zoom_start=7, height=340)
plugins.Fullscreen().add_to(place)
plugins.MiniMap(toggle_display=True).add_to(place)
plugins.Draw(export=True).add_to(place)
plugins.AntPath([[51.5, 4.5], [52.1, 5.1], [52.6, 6.2]], delay=400).add_to(place)
cluster = plugins.MarkerCluster().add_to(place)
for n in range(6):
    folium.Marker([52.3 + n / 50, 4.6]).add_to(cluster)
folium.Marker([52.1, 5.1]).add_to(place)
place
# %%
heat = folium.Map(location=[52.1, 5.1], zoom_start=7, height=250)
plugins.HeatMap([[52 + n / 20, 5 + n % 3 / 5, 1] for n in range(10)]).add_to(heat)
heat
# %%
steps = folium.Map(location=[52.1, 5.1], zoom_start=7, height=300)
features = [
    {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [4.6 + n / 4, 52]},
        "properties": {"times": [f"2026-01-0{n + 1}"], "icon": "circle",
                       "iconstyle": {"radius": 8, "color": "crimson"}},
    }
    for n in range(5)
]
plugins.TimestampedGeoJson({"type": "FeatureCollection", "features": features}, period="P1D",
                           auto_play=False).add_to(steps)
steps
# %%
other = folium.Map(location=[52.1, 5.1], zoom_start=7, height=250)
plugins.Geocoder().add_to(other)
folium.Marker([52.1, 5.1], popup="Utrecht").add_to(other)
folium.Circle([52.4, 4.9], radius=20000, color="crimson").add_to(other)
other
