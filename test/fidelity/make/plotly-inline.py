# shows: plotly with the library inside the notebook, to_html in two forms
# %%
import plotly.express as px
import plotly.io as pio
from IPython.display import HTML

pio.renderers.default = "notebook"
px.scatter(x=[1, 2, 3], y=[2, 1, 3], height=300, title="notebook").show()
# %%
HTML(px.bar(x=["a", "b"], y=[1, 2], height=300, title="to_html, cdn").to_html(include_plotlyjs="cdn", full_html=False))
# %%
HTML(px.bar(x=["a", "b"], y=[3, 2], height=300, title="to_html, require").to_html(include_plotlyjs=False, full_html=False))
