"""`params`: the values of this run by name."""

import json
import os
from collections.abc import Mapping


class UnknownParameter(KeyError):
    def __str__(self):
        """The message itself: a KeyError would show it in quotes."""
        return self.args[0]


class Parameters(Mapping):
    """Read-only mapping of the run's values, including passwords; empty in plain Jupyter.

    A missing name is looked up in the environment as `SCRIPT_RUNNER_PARAM_<name>`, so a notebook that reads a password
    from here can be tried without a server.
    """

    def __init__(self):
        self._values = None

    def _read(self):
        """The server stores the values in a file that only this process's user can read."""
        file = os.environ.get("SCRIPT_RUNNER_PARAMS_FILE")
        if self._values is None and file:
            with open(file, encoding="utf-8") as values:
                self._values = json.load(values)
        return self._values or {}

    def __getitem__(self, name):
        values = self._read()
        if name in values:
            return values[name]
        variable = "SCRIPT_RUNNER_PARAM_" + str(name)
        if variable in os.environ:
            return os.environ[variable]
        known = ", ".join(values) or "none"
        raise UnknownParameter(
            "There is no parameter {!r}; this run has: {}. Outside Script Runner use params.get({!r}, default) "
            "or set the variable {}.".format(name, known, name, variable)
        )

    def __iter__(self):
        return iter(self._read())

    def __len__(self):
        return len(self._read())

    def __contains__(self, name):
        return name in self._read()

    def __repr__(self):
        return "script_runner.params: " + (", ".join(self._read()) or "none")


params = Parameters()
