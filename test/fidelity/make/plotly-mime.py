# shows: plotly by its MIME type: line, bars, pie, 3D surface, a template
# %%
import plotly.express as px
import plotly.graph_objects as go
import plotly.io as pio

pio.renderers.default = "plotly_mimetype"
px.line(x=[1, 2, 3, 4], y=[3, 1, 2, 4], title="a line", markers=True)
# %%
go.Figure([go.Bar(x=["a", "b"], y=[2, 3]), go.Bar(x=["a", "b"], y=[1, 4])]).update_layout(height=300, template="plotly_dark")
# %%
px.pie(names=["x", "y", "z"], values=[1, 2, 3], height=300)
# %%
go.Figure(go.Surface(z=[[1, 2, 3], [2, 3, 1], [3, 1, 2]])).update_layout(height=350)
