# shows: Markdown as output: tabulate, tables, formulas, loops of display
# %%
from IPython.display import Markdown, display

for n in range(1, 4):
    display(Markdown(f"#### Part {n}\n\nwith ${n}^2 = {n * n}$"))
# %%
import pandas as pd

Markdown(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_markdown())
