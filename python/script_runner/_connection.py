"""`connection`: data sources by the name that the operator gave them."""

import importlib
import importlib.util
import os
import re
from urllib.parse import unquote, urlsplit

NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_.-]*$")
DRIVERS = {
    "postgresql": (
        ("psycopg2", "postgresql+psycopg2"),
        ("psycopg", "postgresql+psycopg"),
        ("pg8000", "postgresql+pg8000"),
    ),
    "mysql": (("pymysql", "mysql+pymysql"), ("MySQLdb", "mysql+mysqldb"), ("mysql.connector", "mysql+mysqlconnector")),
}
SAME = {"postgres": "postgresql", "mariadb": "mysql"}
SCHEMES = (
    "sqlite",
    "postgresql",
    "mysql",
    "mssql",
    "oracle",
    "duckdb",
    "snowflake",
    "redshift",
    "vertica",
    "netezza",
    "hive",
    "presto",
    "databricks",
)


def connection(name):
    """Opens the data source `name`: one of the SQL connections in the project's `link.config` (`dbs.` may be left out),
    or the URL in the variable `<NAME>_URL` (`SHOP_URL=sqlite:///shop.sqlite`).

    Returns a SQLAlchemy engine if SQLAlchemy is installed, else a DB-API connection (SQLite, PostgreSQL, MySQL);
    `pandas.read_sql` accepts both. Raises LookupError for an unknown name; the URL itself is never shown.
    """
    if not isinstance(name, str) or not NAME.match(name):
        raise ValueError("A connection's name has letters, digits, ., - and _, for example connection('shop').")
    short = name[4:] if name.startswith("dbs.") else name
    variable = re.sub("[^A-Z0-9]", "_", short.upper()) + "_URL"
    url = os.environ.get(variable)
    if not url:
        known = ", ".join(known_names()) or "none"
        raise LookupError(
            "There is no SQL connection {!r} here. Known: {}. Whoever runs the server can add it to .link/link.config; "
            "what does not speak SQL opens with `from link import lnk`.".format(name, known)
        )
    scheme = scheme_of(url)
    if scheme == "sqlite":
        require_file(name, url)
    if installed("sqlalchemy"):
        from sqlalchemy import create_engine

        return create_engine(with_driver(url, scheme))
    return connect_plainly(name, url, scheme)


def known_names():
    """Names of the variables whose values look like URLs of databases."""
    return sorted(
        variable[:-4].lower()
        for variable, value in os.environ.items()
        if variable.endswith("_URL") and scheme_of(value) in SCHEMES
    )


def scheme_of(url):
    scheme = url.partition(":")[0].partition("+")[0].lower()
    return SAME.get(scheme, scheme)


def connect_plainly(name, url, scheme):
    """A DB-API connection; LookupError if no driver of the scheme is installed."""
    if scheme == "sqlite":
        import sqlite3

        return sqlite3.connect(sqlite_path(url) or ":memory:")
    driver = next((module for module, _ in DRIVERS.get(scheme, ()) if installed(module)), None)
    if driver is None:
        raise LookupError("The connection {!r} needs SQLAlchemy, or a driver for {}.".format(name, scheme))
    if driver.startswith("psycopg"):
        return importlib.import_module(driver).connect("postgresql://" + url.partition("://")[2])
    module = importlib.import_module("pg8000.dbapi" if driver == "pg8000" else driver)
    parts = urlsplit(url)
    values = {
        "host": parts.hostname,
        "port": parts.port,
        "user": parts.username,
        "password": parts.password,
        "database": parts.path[1:],
    }
    return module.connect(
        **{key: unquote(value) if isinstance(value, str) else value for key, value in values.items() if value}
    )


def with_driver(url, scheme):
    """The URL for SQLAlchemy, with the first installed driver."""
    given, _, rest = url.partition("://")
    if "+" in given:
        return url
    dialect = next((dialect for module, dialect in DRIVERS.get(scheme, ()) if installed(module)), scheme)
    return dialect + "://" + rest


def sqlite_path(url):
    """`sqlite:///shop.sqlite` (relative to the working folder), `sqlite:////data/shop.sqlite`; empty for in memory."""
    path = unquote(url.partition("://")[2].partition("?")[0])
    return "" if path in ("", "/", "/:memory:") else path[1:]


def require_file(name, url):
    """SQLite would create an empty database for a path with a typing error."""
    path = sqlite_path(url)
    if path and not path.startswith("file:") and not os.path.exists(path):
        raise FileNotFoundError("The connection {!r} names the file {!r}, which is not there.".format(name, path))


def installed(package):
    try:
        return importlib.util.find_spec(package) is not None
    except ImportError:
        return False
