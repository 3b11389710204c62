"""Reads for whom a run is made."""

from script_runner import user

say([user.name, user.email, list(user.groups), repr(user)])
