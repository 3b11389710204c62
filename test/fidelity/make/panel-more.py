# shows: Panel: cards, tabs, buttons, alerts, inputs, Tabulator, ECharts
# %%
import pandas as pd
import panel as pn

pn.extension("tabulator", "echarts")
# %%
pn.Column(
    pn.Card(pn.pane.Markdown("Inside a **card**"), title="A card", width=400),
    pn.pane.Alert("Something to know", alert_type="warning", width=400),
    pn.Row(pn.widgets.Button(name="Press", button_type="primary"), pn.widgets.Toggle(name="On", value=True),
           pn.widgets.Checkbox(name="check", value=True)),
    pn.Row(pn.widgets.Select(name="Select", options=["one", "two"]), pn.widgets.TextInput(name="Text", value="words")),
    pn.widgets.RadioButtonGroup(options=["a", "b", "c"], value="b", button_type="success"),
    pn.widgets.FloatSlider(name="x", value=0.4), pn.indicators.Progress(value=60, width=300),
    pn.Tabs(("first", pn.pane.Str("one")), ("second", "two")),
)
# %%
pn.widgets.Tabulator(pd.DataFrame({"name": ["a", "b", "c"], "n": [1, 2, 3]}), width=400)
# %%
pn.pane.ECharts({"xAxis": {"data": ["a", "b", "c"]}, "yAxis": {},
                 "series": [{"type": "bar", "data": [3, 1, 2]}]}, width=400, height=250)
# %%
pn.pane.DataFrame(pd.DataFrame({"name": ["a", "b"], "n": [1, 2]}))
