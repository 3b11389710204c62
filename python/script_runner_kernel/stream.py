"""The kernel's standard output and error."""

import codecs
import os
import select
import sys
import threading

from ipykernel.iostream import OutStream

PIPE_BYTES = 65536
# Limit of one message: the server reads no message as long as what a loop can print before it is sent.
MESSAGE_CHARS = 1_000_000
# The kernel's own streams by name, whatever a cell has put in their place.
STREAMS = {}


class PrintOrder:
    """Which stream was written to last, and the texts that the others were given before, not sent yet."""

    def __init__(self):
        self.lock = threading.RLock()  # so that the handler of a signal can print
        self.last, self.earlier = None, []

    def turn_to(self, stream):
        if self.last is stream:
            return
        if self.last is not None and self.last._buffers:
            self.earlier.append((self.last, self.last._rotate_buffers()))
        self.last = stream

    def take(self):
        with self.lock:
            earlier, self.earlier = self.earlier, []
        return earlier


ORDER = PrintOrder()
# Older versions of ipykernel keep what is printed elsewhere: there the streams have no common order.
CAN_ORDER = hasattr(OutStream, "_rotate_buffers")


class Stream(OutStream):
    """No output of a cell may come after its end, and the kernel waits for the sending thread only if there is
    something to send: it flushes both streams twice per cell. Text printed alternately to standard output and error is
    sent in that order.

    Libraries and programs write to the descriptor, a pipe that a thread reads. In ipykernel it may do so too late,
    after the kernel has exited; here a flush reads what there is.
    """

    def __init__(self, *arguments, **options):
        self.has_more = True
        self.turn = None
        self.reading = threading.RLock()  # so that the handler of a signal can print
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        super().__init__(*arguments, **options)
        STREAMS[self.name] = self

    def write(self, string):
        self.has_more = True
        if not CAN_ORDER or not self._is_master_process():  # a fork may have inherited the lock while it was held
            return super().write(string)
        with ORDER.lock:
            ORDER.turn_to(self)
            return super().write(string)

    def close(self):
        """Stays open: later cells print, too."""
        self.flush()

    def flush(self):
        if self._is_master_process():  # a fork has the lock and the pipe, but not the thread
            self.read_pipe()
        if self.has_more:
            self.has_more = False
            super().flush()

    def read_pipe(self):
        """False at its end."""
        with self.reading:
            if not self.is_readable(0):
                return True
            data = os.read(self._fid, PIPE_BYTES)
            self.write(self.decoder.decode(data))
            os.write(self._original_stdstream_copy, data)
            return bool(data)

    def _flush(self):
        """In the thread that sends."""
        for stream, stream.turn in ORDER.take():
            OutStream._flush(stream)
        super()._flush()

    def _flush_buffers(self):
        for parent, data in super()._flush_buffers():
            for start in range(0, len(data), MESSAGE_CHARS):
                yield parent, data[start : start + MESSAGE_CHARS]

    def _rotate_buffers(self):
        turn, self.turn = self.turn, None
        return super()._rotate_buffers() if turn is None else turn

    def is_readable(self, wait_ms=None):
        if getattr(self, "_fid", None) is None:  # nothing is watched
            return False
        poll = select.poll()
        poll.register(self._fid, select.POLLIN)
        return bool(poll.poll(wait_ms))

    def _watch_pipe_fd(self):
        """In its own thread, until `close` ends it with a byte."""
        try:
            while self.is_readable() and self._should_watch and self.read_pipe():
                pass
        except Exception:
            self._exc = sys.exc_info()
