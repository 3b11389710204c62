# shows: Vega 5 and Vega-Lite 4, 5, 6 as raw bundles, with and without a picture
# %%
from IPython.display import display

for version in (4, 5, 6):
    display({f"application/vnd.vegalite.v{version}+json": {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{version}.json", "title": f"Vega-Lite {version}",
        "data": {"values": [{"a": "A", "b": 28}, {"a": "B", "b": 55}, {"a": "C", "b": 43}]}, "mark": "bar",
        "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}}},
        "text/plain": f"Vega-Lite {version}"}, raw=True)
# %%
display({"application/vnd.vega.v5+json": {
    "$schema": "https://vega.github.io/schema/vega/v5.json", "width": 200, "height": 100,
    "data": [{"name": "t", "values": [{"x": 10, "y": 20}, {"x": 100, "y": 60}, {"x": 180, "y": 30}]}],
    "marks": [{"type": "symbol", "from": {"data": "t"}, "encode": {"enter": {
        "x": {"field": "x"}, "y": {"field": "y"}, "size": {"value": 200}, "fill": {"value": "purple"}}}}]},
    "text/plain": "Vega 5"}, raw=True)
