# shows: plotly's FigureWidget
# %%
import plotly.graph_objects as go

go.FigureWidget([go.Scatter(y=[1, 3, 2], mode="lines+markers")], layout={"title": "FigureWidget", "height": 300})
