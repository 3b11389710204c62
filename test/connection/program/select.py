"""Reads a database by link and by pandas."""

from link import lnk
import script_runner, pandas, link

shop = lnk.dbs.shop
print(
    shop.select("select A, b from t").data,
    shop.select("select A from t").columns,
    list(shop.execute("select b from t")),
)
print(shop.select_dataframe("select A, b from t").to_dict("records"))
print(pandas.read_sql("select * from t", script_runner.connection("shop")).to_dict("records"), len(dir(link)) > 5)
