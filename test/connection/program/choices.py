"""Reads choices by queries on the connection `shop`, with SQLAlchemy and with the driver alone; changes nothing."""

from script_runner import _choices, _connection, connection

has_module = _connection.installed


def read(statement, **values):
    try:
        return [tuple(map(str, row)) for row in _choices.query("shop", statement, values)]
    except Exception as error:
        return "refused: " + str("only" in str(error).lower())


for has_sqlalchemy in (True, False):
    _connection.installed = lambda module: has_module(module) and (has_sqlalchemy or module != "sqlalchemy")
    print(read("select a, ':x 5%' from t where b > :least and c = :name -- :no", least=2, name="é'; drop table t"))
    print(read("select a from t where c = :name", name="é"))
    print(read("delete from t"), "|", read("create table u as select 1 as a"), "|", read("drop table t"))
    print(hasattr(connection("shop"), "dialect"), read("select count(*) from t"))
