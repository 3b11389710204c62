"""The time that the writing of one table may take."""

import time

# A notebook may replace the clock.
NOW = time.perf_counter


class Excess(Exception):
    """Nothing of the table fits into its bounds."""


def start(limits):
    """The limits with the time at which they end."""
    return dict(limits, end=NOW() + limits["seconds"])


def is_over(limits):
    return NOW() > limits["end"]


def in_time(items, limits):
    """The items one by one. Raises Excess when the time is over: the types of all columns must be known."""
    for item in items:
        if is_over(limits):
            raise Excess("its columns take too long to read")
        yield item
