# shows: Bokeh: output_notebook and show, several figures
# %%
from bokeh.io import output_notebook, show
from bokeh.plotting import figure

output_notebook()
# %%
plot = figure(height=250, width=500, title="a line")
plot.line([1, 2, 3, 4], [3, 1, 2, 4], line_width=3)
show(plot)
# %%
from bokeh.layouts import row

left = figure(height=200, width=250)
left.vbar(x=[1, 2, 3], top=[3, 1, 2], width=0.8)
right = figure(height=200, width=250)
right.scatter([1, 2, 3], [2, 3, 1], size=15, color="tomato")
show(row(left, right))
