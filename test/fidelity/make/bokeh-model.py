# shows: Bokeh: a table and sliders in one layout
# %%
from bokeh.io import output_notebook, show
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, DataTable, Slider, TableColumn

output_notebook(hide_banner=True)
source = ColumnDataSource({"n": [1, 2, 3], "square": [1, 4, 9]})
show(column(Slider(start=0, end=10, value=3, title="slider"),
            DataTable(source=source, columns=[TableColumn(field="n"), TableColumn(field="square")], width=300, height=120)))
