# shows: plotly's figure as a whole page in a frame
# %%
import html

import plotly.express as px
from IPython.display import HTML

page = px.bar(x=["a", "b"], y=[1, 2], height=300, title="a page of its own").to_html(include_plotlyjs="cdn")
HTML(f'<iframe srcdoc="{html.escape(page)}" width="700" height="340"></iframe>')
