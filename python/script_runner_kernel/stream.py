"""The kernel's standard output and error."""
from ipykernel.iostream import OutStream


class Stream(OutStream):
    """Waits for the thread that sends only where there is something to send: the kernel flushes both streams twice a cell."""

    has_more = True

    def write(self, string):
        self.has_more = True
        return super().write(string)

    def flush(self):
        if self.has_more:
            self.has_more = False
            super().flush()
