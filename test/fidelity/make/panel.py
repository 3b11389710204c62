# shows: Panel: rows, Markdown, widgets, static
# %%
import panel as pn

pn.extension()
# %%
pn.Row(pn.pane.Markdown("## A panel\n\nwith text"), pn.widgets.IntSlider(name="n", start=0, end=10, value=4),
       pn.indicators.Number(name="rate", value=42, format="{value} %"))
