"""`progress`: shows waiting viewers how far the run is."""

import sys
import time

from ._announcement import announce, in_run, shell

# Rate limit of announcements: this many at once, then this many per second, so that a tight loop does not flood the
# run's log.
BURST = 20
PER_SECOND = 10
BAR_WIDTH = 30


class Allowance:
    """Token bucket: `take(now)` returns whether one more announcement is allowed."""

    def __init__(self):
        self.left = BURST
        self.at = None

    def take(self, now):
        if self.at is not None:
            self.left = min(BURST, self.left + (now - self.at) * PER_SECOND)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


allowance = Allowance()
shown = {"cell": None, "handle": None}


def progress(fraction, text=""):
    """Reports that `fraction` (0 to 1, clamped) of the work is done, and the current activity."""
    value = float(fraction)
    if value != value:
        raise ValueError("progress(fraction, text) takes a number from 0 to 1, not NaN.")
    value = min(1.0, max(0.0, value))
    if not allowance.take(time.monotonic()) and value < 1:
        return
    if in_run():
        announce({"kind": "progress", "fraction": value, "text": str(text)}, bar(value, text))
    else:
        draw(bar(value, text))


def bar(value, text=""):
    """One line: a bar, the percentage, the text."""
    full = int(round(value * BAR_WIDTH))
    return "{}{} {:3.0f} %  {}".format("█" * full, "░" * (BAR_WIDTH - full), value * 100, text).rstrip()


def draw(line):
    """Shows the line in place of the previous one: in the cell's output, or on the terminal."""
    current = shell()
    if current is None:
        print("\r\033[K" + line, end="", file=sys.stderr, flush=True)
        return
    first = shown["cell"] != current.execution_count
    if first:
        shown.update(cell=current.execution_count, handle="script-runner-progress-{}".format(time.time_ns()))
    current.display_pub.publish(data={"text/plain": line}, transient={"display_id": shown["handle"]}, update=not first)
