# shows: A large table of HTML, a picture of many points, a very long text
# %%
from IPython.display import HTML

HTML("<table>" + "".join(f"<tr><td>{r}</td><td>{r * r}</td><td>cell {r}</td></tr>" for r in range(1500)) + "</table>")
# %%
import plotly.graph_objects as go

go.Figure(go.Scattergl(y=[(n * 7919) % 101 for n in range(20000)], mode="markers")).update_layout(height=300)
# %%
list(range(3000))
