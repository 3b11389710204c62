"""How the module sends announcements to the server: a display message with a private MIME type, which the server turns
into an event."""

import os
import sys

MIME = "application/vnd.script-runner+json"


def in_run():
    """True in a kernel that Script Runner started for a run. Checked at each call: a waiting kernel is assigned to a
    run late."""
    return bool(os.environ.get("SCRIPT_RUNNER_RUN_ID"))


def shell():
    """The IPython shell of this process, or None in plain Python."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def announce(message, text):
    """Sends `message` (a dict with `kind`) to the server; other readers see `text`. Prints if there is no IPython."""
    current = shell()
    if current is None:
        print(text)
    elif in_run():
        current.display_pub.publish(data={MIME: message, "text/plain": text})
    else:
        current.display_pub.publish(data={"text/plain": text})
