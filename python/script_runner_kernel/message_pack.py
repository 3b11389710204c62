"""How messages become bytes: as Jupyter does it, and also where a text cannot be encoded."""

import json

from jupyter_client.jsonutil import json_clean, json_default
from jupyter_client.session import Session, json_unpacker

usual = Session.class_traits()["pack"].default_value


def pack(value):
    """A half of a surrogate pair goes as its escape; the server replaces it."""
    try:
        return usual(value)
    except UnicodeEncodeError:
        try:
            return escape(value)
        except (TypeError, ValueError):
            return escape(json_clean(value))


def escape(value):
    return json.dumps(value, default=json_default, allow_nan=False).encode()


unpack = json_unpacker
