# shows: plotly from a CDN: the renderers notebook_connected and colab
# %%
import plotly.express as px
import plotly.io as pio

pio.renderers.default = "notebook_connected"
px.scatter(x=[1, 2, 3], y=[2, 1, 3], height=300, title="notebook_connected").show()
# %%
pio.renderers.default = "colab"
px.bar(x=["a", "b"], y=[1, 2], height=300, title="colab").show()
