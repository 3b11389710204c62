# shows: ipywidgets: sliders, texts, buttons, choices, dates, colours
# %%
import datetime

import ipywidgets as w

w.VBox([w.IntSlider(value=7, description="int"), w.FloatSlider(value=2.5, max=10, description="float"),
        w.IntRangeSlider(value=(2, 8), max=10, description="range"), w.SelectionSlider(options=["a", "b", "c"], value="b"),
        w.IntText(value=3, description="number"), w.Text(value="text", description="text"), w.Textarea(value="several\nlines")])
# %%
w.VBox([w.Checkbox(value=True, description="check"), w.ToggleButton(value=True, description="toggle"),
        w.Dropdown(options=["one", "two"], value="two", description="dropdown"),
        w.RadioButtons(options=["x", "y"], value="y", description="radio"),
        w.Select(options=["p", "q", "r"], value="q"), w.SelectMultiple(options=["p", "q", "r"], value=["p", "r"]),
        w.ToggleButtons(options=["left", "right"], value="right"), w.Button(description="press", button_style="success", icon="check")])
# %%
w.VBox([w.DatePicker(value=datetime.date(2026, 1, 2), description="day"), w.ColorPicker(value="tomato", description="colour"),
        w.IntProgress(value=6, max=10, bar_style="info"), w.Valid(value=True), w.Label("a label $x^2$"),
        w.HTML("<b>html</b>"), w.HTMLMath(r"math $\frac12$"), w.TagsInput(value=["a", "b"]), w.Password(value="secret")])
