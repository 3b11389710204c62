"""`lnk`: the names of `link.config` as attributes; a name with a `wrapper` opens its database."""

import json
import os

from ._database import OPENERS, Database


def read_config():
    """The configuration as a dict; raises an error with the file's name if it cannot be read."""
    path = os.path.join(os.environ.get("LNK_DIR") or os.path.expanduser("~/.link"), "link.config")
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        raise LookupError("There are no connections here: the file {} cannot be read.".format(path)) from None
    except ValueError as error:
        raise ValueError("{} is not valid JSON: {}".format(path, error)) from None


class Group:
    """A level of names. Each access to a database opens a new connection."""

    def __init__(self, path=()):
        self._path = path

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        path = self._path + (name,)
        value = read_config()
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise AttributeError(
                    "There is no connection {}. Known: {}.".format(".".join(path), ", ".join(known_names()) or "none")
                )
            value = value[key]
        return open_database(".".join(path), value) if isinstance(value, dict) and "wrapper" in value else Group(path)

    __getitem__ = __getattr__

    def __call__(self, name):
        """`lnk("dbs.shop")`, as in the real package."""
        value = self
        for key in name.split("."):
            value = getattr(value, key)
        return value

    def __dir__(self):
        return sorted(
            {
                name.split(".")[len(self._path)]
                for name in known_names()
                if name.split(".")[: len(self._path)] == list(self._path)
            }
        )


def open_database(name, config):
    values = {key: resolve(value) for key, value in config.items() if key != "wrapper"}
    wrapper = config["wrapper"]
    if wrapper not in OPENERS:
        raise NotImplementedError(
            "The connection {} is a {}, which needs the package link: pip install link".format(name, wrapper)
        )
    return Database(name, OPENERS[wrapper](name, values))


def resolve(value):
    """`{"env": NAME, "default": ...}` stands for a variable, as in the real package; a server has resolved it."""
    if isinstance(value, dict) and "env" in value:
        return os.environ.get(value["env"], value.get("default"))
    return value


def known_names():
    def names(value, path):
        if not isinstance(value, dict):
            return
        if "wrapper" in value:
            yield ".".join(path)
            return
        for key, inner in value.items():
            for name in names(inner, path + [key]):
                yield name

    return sorted(names(read_config(), []))


lnk = Group()
