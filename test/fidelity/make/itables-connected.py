# shows: itables, DataTables from a CDN
# %%
import pandas as pd
from itables import init_notebook_mode, show

init_notebook_mode(all_interactive=False, connected=True)
# %%
show(pd.DataFrame({"n": range(30), "letter": list("abcdefghijklmnopqrstuvwxyzabcd")}), connected=True)
