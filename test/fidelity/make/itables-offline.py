# shows: itables, DataTables inside the notebook
# %%
import pandas as pd
from itables import init_notebook_mode, show

init_notebook_mode(all_interactive=True, connected=False)
# %%
show(pd.DataFrame({"n": range(30), "letter": list("abcdefghijklmnopqrstuvwxyzabcd")}), caption="Letters")
