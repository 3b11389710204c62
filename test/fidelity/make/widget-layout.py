# shows: ipywidgets: boxes, grid, accordion, tab, stack, templates
# %%
import ipywidgets as w

w.HBox([w.Button(description=n) for n in "abc"], layout=w.Layout(border="1px solid grey", justify_content="space-around"))
# %%
w.Accordion([w.IntSlider(), w.Text("second")], titles=("first", "second"), selected_index=1)
# %%
w.Tab([w.HTML("one"), w.HTML("two")], titles=("One", "Two"), selected_index=0)
# %%
w.GridBox([w.Button(description=str(n)) for n in range(6)], layout=w.Layout(grid_template_columns="repeat(3, 120px)"))
# %%
w.AppLayout(header=w.HTML("<h3>header</h3>"), left_sidebar=w.Button(description="left"), center=w.HTML("centre"), footer=w.Label("footer"))
