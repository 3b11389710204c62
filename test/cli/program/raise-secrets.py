"""Raises errors that contain secrets."""

from link import lnk
import os

try:
    lnk.dbs.warehouse.select("select 1")
except Exception as error:
    print(type(error).__name__, error)
raise ValueError(f"cannot reach {os.environ['WAREHOUSE_URL']} with {key}")
