"""`user`: the person for whom this run is made."""

import json
import os


class User:
    """`name` and `email`, None where the server does not know them, and `groups`, a tuple of names.

    They are read when they are asked for, never kept: code that runs before a run exists knows nobody.
    """

    @property
    def name(self):
        return os.environ.get("SCRIPT_RUNNER_USER") or None

    @property
    def email(self):
        return os.environ.get("SCRIPT_RUNNER_USER_EMAIL") or None

    @property
    def groups(self):
        return tuple(json.loads(os.environ.get("SCRIPT_RUNNER_USER_GROUPS") or "[]"))

    def __repr__(self):
        return "script_runner.user: " + (self.name or "nobody known by name")


user = User()
