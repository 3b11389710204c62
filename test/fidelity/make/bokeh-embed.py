# shows: Bokeh as HTML: components, file_html, json_item
# %%
import html

from bokeh.embed import components, file_html
from bokeh.plotting import figure
from bokeh.resources import CDN
from IPython.display import HTML

plot = figure(height=200, width=400, title="file_html")
plot.line([1, 2, 3], [3, 1, 2])
HTML(f'<iframe srcdoc="{html.escape(file_html(plot, CDN))}" width="450" height="240"></iframe>')
# %%
other = figure(height=200, width=400, title="components")
other.line([1, 2, 3], [1, 3, 2])
script, div = components(other)
HTML(CDN.render() + script + div)
