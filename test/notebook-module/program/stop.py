"""Stops a run."""

say(
    shell_outputs(
        "import script_runner as s\ntry: s.stop('Nothing was sold')\nexcept Exception: s.result('reached', 1)"
    )
)
from IPython import get_ipython

outcome = get_ipython().run_cell("s.stop('Nothing was sold')")
say([type(outcome.error_in_exec).__name__, str(outcome.error_in_exec)])
