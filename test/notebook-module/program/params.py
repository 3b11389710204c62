"""Reads the values of a run from the environment, then from a file."""

import os, pathlib
from script_runner import params

say(dict(params))
pathlib.Path("params.json").write_text('{"region": "EU"}')
os.environ["SCRIPT_RUNNER_PARAMS_FILE"] = os.path.abspath("params.json")
say([dict(params), params.get("nope", 1), params["token"], refused(lambda: params["nope"])])
