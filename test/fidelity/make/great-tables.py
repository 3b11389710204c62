# shows: great_tables: title, groups, formats, colours
# %%
import pandas as pd
from great_tables import GT

frame = pd.DataFrame({"region": ["north", "north", "south"], "city": ["Oslo", "Bergen", "Rome"],
                      "income": [1234567.8, 234567.1, 3456789.0], "share": [0.41, 0.12, 0.47]})
(GT(frame, rowname_col="city", groupname_col="region").tab_header("Income", "by city")
 .fmt_currency("income").fmt_percent("share").data_color("share", palette=["white", "teal"])
 .tab_source_note("Made up."))
