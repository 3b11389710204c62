"""Writes and reads a MariaDB database, and is refused with a wrong password."""

from link import lnk
import script_runner, pandas, os, warnings

warnings.simplefilter("ignore")
shop = lnk.dbs.shop
shop.execute("create table t as select 1 as A, 2.5 as b, 'é' as c")
shop.commit()
print(
    [tuple(map(str, row)) for row in shop.select("select A, b, c from t").data],
    lnk.dbs.shop.select_dataframe("select A from t").to_dict("records"),
)
print(pandas.read_sql("select A, c from t", script_runner.connection("shop")).to_dict("records"))
for attempt in (
    lambda: lnk.dbs.wrong.select("select 1"),
    lambda: pandas.read_sql("select 1", script_runner.connection("wrong")),
):
    try:
        attempt()
    except Exception as error:
        print("Access denied" in str(error), "wr0ng" in str(error))
