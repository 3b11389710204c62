"""Random numbers across a fork: a generator that the code has seeded goes on, any other begins anew in each run."""

import functools
import random
import sys


class RandomState:
    """Notices seeds of the two global generators."""

    def __init__(self):
        self.python = self.numpy = False
        self.state = None
        self.originals = []
        for name in ("seed", "setstate"):
            self.notice(random, name, "python")
        # numpy loads it at first use, which may be the very cell that seeds it.
        try:
            import numpy.random
        except ImportError:
            return
        for name in ("seed", "set_state"):
            self.notice(numpy.random, name, "numpy")

    def notice(self, module, name, generator):
        original = getattr(module, name)
        self.originals.append((module, name, original))

        @functools.wraps(original)
        def noticed(*arguments, **named):
            given = list(arguments) + list(named.values())
            setattr(self, generator, bool(given) and given[0] is not None)
            return original(*arguments, **named)

        setattr(module, name, noticed)

    def settle(self):
        for module, name, original in self.originals:
            setattr(module, name, original)
        # A fork seeds Python's own generator anew, so the state is kept beside it.
        self.state = random.getstate() if self.python else None

    def inherit(self):
        """In the fork."""
        if self.state is not None:
            random.setstate(self.state)
        numpy = sys.modules.get("numpy.random")
        if numpy is not None and not self.numpy:
            numpy.seed()
