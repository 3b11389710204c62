"""`connection`: data sources by the name that the operator gave them."""
import importlib.util
import os
import re
from urllib.parse import unquote

NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_-]*$")
SCHEMES = ("sqlite", "postgres", "postgresql", "mysql", "mariadb", "mssql", "oracle", "duckdb", "snowflake", "redshift")


def connection(name):
    """Opens the data source `name`, whose address is in the variable `<NAME>_URL` (`SHOP_URL=sqlite:///shop.sqlite`).

    Answers a SQLAlchemy engine where SQLAlchemy is installed, else a DB-API connection (SQLite, PostgreSQL);
    `pandas.read_sql` takes either. Raises LookupError for an unknown name; the address itself is never shown.
    """
    if not isinstance(name, str) or not NAME.match(name):
        raise ValueError("A connection's name has letters, digits, - and _, for example connection('shop').")
    variable = name.upper().replace("-", "_") + "_URL"
    url = os.environ.get(variable)
    if not url:
        known = ", ".join(known_names()) or "none"
        raise LookupError(
            "There is no connection {!r} here. Known: {}. Whoever runs the server can add it by setting {}.".format(
                name, known, variable
            )
        )
    scheme = url.partition(":")[0].partition("+")[0].lower()
    if scheme == "sqlite":
        require_file(name, url)
    if installed("sqlalchemy"):
        from sqlalchemy import create_engine

        return create_engine(with_driver(url, scheme))
    return connect_plainly(name, url, scheme)


def known_names():
    """Names of the variables whose values look like addresses of databases."""
    return sorted(
        variable[:-4].lower()
        for variable, value in os.environ.items()
        if variable.endswith("_URL") and value.partition(":")[0].partition("+")[0].lower() in SCHEMES
    )


def connect_plainly(name, url, scheme):
    """A DB-API connection; LookupError where no driver of the scheme is installed."""
    if scheme == "sqlite":
        import sqlite3

        return sqlite3.connect(sqlite_path(url) or ":memory:")
    if scheme in ("postgres", "postgresql"):
        for driver in ("psycopg", "psycopg2"):
            if installed(driver):
                plain = url.partition("://")[2]
                return __import__(driver).connect("postgresql://" + plain)
        raise LookupError("The connection {!r} needs the package psycopg, which is not installed.".format(name))
    raise LookupError("The connection {!r} needs SQLAlchemy and a driver for {}.".format(name, scheme))


def with_driver(url, scheme):
    """The address as SQLAlchemy wants it: `postgresql`, with psycopg 3 where psycopg2 is absent."""
    if scheme not in ("postgres", "postgresql") or "+" in url.partition(":")[0]:
        return url
    driver = "" if installed("psycopg2") or not installed("psycopg") else "+psycopg"
    return "postgresql" + driver + "://" + url.partition("://")[2]


def sqlite_path(url):
    """`sqlite:///shop.sqlite` (relative to the working folder), `sqlite:////data/shop.sqlite`; empty for in memory."""
    path = unquote(url.partition("://")[2].partition("?")[0])
    return "" if path in ("", "/", "/:memory:") else path[1:]


def require_file(name, url):
    """SQLite would make an empty database of a path with a typing error."""
    path = sqlite_path(url)
    if path and not path.startswith("file:") and not os.path.exists(path):
        raise FileNotFoundError("The connection {!r} names the file {!r}, which is not there.".format(name, path))


def installed(package):
    return importlib.util.find_spec(package) is not None
