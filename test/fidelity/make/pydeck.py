# shows: pydeck as HTML
# %%
import pydeck

pydeck.Deck(layers=[pydeck.Layer("ScatterplotLayer", [{"position": [5, 52]}], get_position="position", get_radius=20000)],
            initial_view_state=pydeck.ViewState(latitude=52, longitude=5, zoom=6), map_provider=None).to_html(as_string=False)
