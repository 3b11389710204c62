"""Random numbers across a fork: a seeded generator continues, an unseeded one is reseeded in each run."""

import functools
import random
import sys


class RandomState:
    """Detects seeding of the two global generators."""

    def __init__(self):
        self.python = self.numpy = False
        self.state = None
        self.originals = []
        for name in ("seed", "setstate"):
            self.notice(random, name, "python")
        # numpy loads it when it is first used, possibly in the same cell that seeds it.
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
        # A fork reseeds Python's own generator, so its state is stored separately.
        self.state = random.getstate() if self.python else None

    def inherit(self):
        """In the fork, when it has taken its run: its start also draws random numbers."""
        if self.state is not None:
            random.setstate(self.state)

    def reseed(self):
        """In the fork, while it starts."""
        numpy = sys.modules.get("numpy.random")
        if numpy is not None and not self.numpy:
            numpy.seed()
