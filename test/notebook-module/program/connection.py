"""Opens a connection, and some that do not exist."""

import sqlite3, pandas as pd
from script_runner import connection

with sqlite3.connect("shop.sqlite") as made:
    made.execute("create table t as select 1 as a")
say(pd.read_sql("select a from t", connection("shop")).to_dict("records"))
say([refused(lambda: connection("other")), refused(lambda: connection("gone")), refused(lambda: connection("x/y"))])
