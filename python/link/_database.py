"""One open database: the methods that the real package has for every SQL wrapper, over a DB-API connection."""

import importlib
from decimal import Decimal


class Rows:
    """The result of a query. `data` is fetched when it is first used, a list of tuples; decimals as floats."""

    def __init__(self, cursor):
        self.cursor = cursor
        self._data = None

    @property
    def columns(self):
        return [column[0].lower() for column in self.cursor.description or ()]

    @property
    def data(self):
        if self._data is None:
            rows = self.cursor.fetchall() if self.cursor.description else []
            self._data = [tuple(float(value) if isinstance(value, Decimal) else value for value in row) for row in rows]
        return self._data

    def as_dict(self):
        return [dict(zip(self.columns, row)) for row in self.data]

    def __iter__(self):
        return iter(self.data)

    def __getattr__(self, name):
        return getattr(self.cursor, name)


class Database:
    def __init__(self, name, connection):
        self.wrap_name = name
        self._wrapped = connection

    def execute(self, query, args=()):
        """Runs one statement; commit with `commit()` if the database does not do it by itself."""
        cursor = self._wrapped.cursor()
        cursor.execute(*((query, args) if args else (query,)))
        return Rows(cursor)

    def select(self, query=None, chunk_name=None, args=()):
        if chunk_name is not None:
            raise NotImplementedError("Chunked databases need the package link: pip install link")
        return self.execute(query, args)

    def select_dataframe(self, query, args=()):
        """A pandas DataFrame with column names in lower case."""
        import pandas

        rows = self.execute(query, args)
        return pandas.DataFrame.from_records(rows.data, columns=rows.columns)

    def __getattr__(self, name):
        """All other methods are the driver's: `commit`, `rollback`, `cursor`, `close`."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._wrapped, name)


def open_sqlite(_name, values):
    import sqlite3

    return sqlite3.connect(values["path"])


def open_postgres(name, values):
    driver = first_installed(name, ("psycopg2", "psycopg", "pg8000.dbapi"), "psycopg2-binary")
    database = "dbname" if driver.__name__.startswith("psycopg") else "database"
    connection = driver.connect(
        **given(values, {"host": "host", "port": "port", "user": "user", "password": "password", "database": database})
    )
    connection.autocommit = bool(values.get("autocommit") or values.get("readonly"))
    if values.get("readonly"):
        connection.cursor().execute("set default_transaction_read_only = on")
    return connection


def open_mysql(name, values):
    driver = first_installed(name, ("pymysql", "MySQLdb", "mysql.connector"), "pymysql")
    connection = driver.connect(
        **given(
            values, {"host": "host", "port": "port", "user": "user", "password": "password", "database": "database"}
        )
    )
    if values.get("autocommit", True):
        connection.cursor().execute("set autocommit = 1")
    return connection


def first_installed(name, modules, package):
    for module in modules:
        try:
            return importlib.import_module(module)
        except ImportError:
            continue
    raise ImportError("The connection {} needs a driver, for example: pip install {}".format(name, package))


def given(values, names):
    """The given values, under the driver's names; a port is a number."""
    found = {names[key]: value for key, value in values.items() if key in names and value not in (None, "")}
    if "port" in found:
        found["port"] = int(found["port"])
    return found


OPENERS = {
    "SqliteDB": open_sqlite,
    "SqliteDBConnectionWrapper": open_sqlite,
    "PostgresDB": open_postgres,
    "MysqlDB": open_mysql,
}
