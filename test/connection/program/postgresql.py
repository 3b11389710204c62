"""Writes and reads a PostgreSQL database, and is refused by a read-only one."""

from link import lnk
import script_runner, pandas, warnings

warnings.simplefilter("ignore")
pg = lnk.dbs.pg
pg.execute("create table t as select 1 as a, 2.5::numeric as b")
pg.commit()
print(pg.select("select a, b from t").data, lnk.dbs.pg.select_dataframe("select * from t").to_dict("records"))
print(pandas.read_sql("select * from t", script_runner.connection("pg")).to_dict("records"))
try:
    lnk.dbs.fixed.execute("delete from t")
except Exception as error:
    print(type(error).__name__)
try:
    script_runner.connection("fixed").raw_connection().cursor().execute("delete from t")
except Exception as error:
    print(type(error).__name__)
