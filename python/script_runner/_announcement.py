"""How the module speaks to the server: a display message with a MIME type of its own, which the server turns into an
event.
"""

import os
import sys

MIME = "application/vnd.script-runner+json"


def in_run():
    """True in a kernel that Script Runner started for a run. Asked at each call: a waiting kernel learns it late."""
    return bool(os.environ.get("SCRIPT_RUNNER_RUN_ID"))


def shell():
    """The IPython shell of this process, or None in plain Python."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def announce(message, text):
    """Tells the server `message` (a dict with `kind`); anyone else reads `text`. Prints where there is no IPython."""
    current = shell()
    if current is None:
        print(text)
    elif in_run():
        current.display_pub.publish(data={MIME: message, "text/plain": text})
    else:
        current.display_pub.publish(data={"text/plain": text})
