"""Makes the calls of link where link is not installed."""

from link import lnk
import link

shop = lnk.dbs.shop
print(link.__file__.endswith("python/link/__init__.py"), dir(lnk.dbs), lnk("dbs.shop").select("select 1").data)
print(
    shop.select("select A, b from t").data,
    shop.select("select A from t").columns,
    list(shop.execute("select b from t")),
    shop.select("select A from t").as_dict(),
)
print(shop.execute("select ? + 1", (2,)).data)
shop.execute("insert into t values (3, 4)")
shop.rollback()
shop.close()
try:
    lnk.dbs.other
except AttributeError as error:
    print(error)
