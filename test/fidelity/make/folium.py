# shows: folium: a map with a marker; the tiles need the network
# %%
import folium

place = folium.Map(location=[52.1, 5.1], zoom_start=7, height=300)
folium.Marker([52.1, 5.1], popup="Utrecht").add_to(place)
folium.Circle([52.4, 4.9], radius=20000, color="crimson").add_to(place)
place
