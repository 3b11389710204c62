"""The kernel's standard output and error."""

import codecs
import os
import select
import sys
import threading
import time

from ipykernel.iostream import OutStream

PIPE_BYTES = 65536
# Limit of one message: the server reads no message as long as what a loop can print before it is sent.
MESSAGE_CHARS = 1_000_000
# The kernel's own streams by name, whatever a cell has put in their place.
STREAMS = {}
# After a pause as long as a program takes to start, what it wrote to a pipe may still be there.
PAUSE_SECONDS = 0.0002
# Between two lines that are sent at once: threads of two requests may print in turns, and each such line waits.
AT_ONCE_SECONDS = 0.02
# The thread that reads has the pipe for less; a handler of a signal must not wait for it without end.
READING_SECONDS = 0.05


class PrintOrder:
    """Which stream was written to last, and the texts that the others were given before, not sent yet."""

    def __init__(self):
        self.lock = threading.RLock()  # so that the handler of a signal can print
        self.last, self.earlier = None, []
        self.writing = False
        self.written = 0.0

    def turn_to(self, stream):
        if self.last is stream:
            return
        if self.last is not None and self.last._buffers:
            self.earlier.append((self.last, self.last._rotate_buffers()))
        self.last = stream

    def take(self, stream):
        """All texts up to the newest of the stream, in order: in one step, or what is printed meanwhile came first."""
        with self.lock:
            turns, self.earlier = [*self.earlier, (stream, stream._rotate_buffers())], []
        return turns


ORDER = PrintOrder()
# Older versions of ipykernel keep what is printed elsewhere: there the streams have no common order.
CAN_ORDER = hasattr(OutStream, "_rotate_buffers")


class Stream(OutStream):
    """No output of a cell may come after its end, and the kernel waits for the sending thread only if there is
    something to send: it flushes both streams twice per cell. Text printed alternately to standard output and error is
    sent in that order. The first line is sent at once, others soon.

    Libraries and programs write to the descriptor, a pipe that a thread reads. In ipykernel it may do so too late,
    after the kernel has exited; here a flush reads what there is.
    """

    def __init__(self, *arguments, **options):
        self.has_more = True
        self.turn, self.begun, self.at_once = None, None, 0.0
        self.reading = threading.RLock()  # so that the handler of a signal can print
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        super().__init__(*arguments, **options)
        STREAMS[self.name] = self

    def write(self, string):
        self.has_more = True
        if not CAN_ORDER or not self._is_master_process():  # a fork may have inherited the lock while it was held
            return super().write(string)
        written = self.write_in_order(string)
        if self.has_first_line(string):
            self.flush()
        return written

    def write_in_order(self, string):
        before, ORDER.written = ORDER.written, time.monotonic()
        if ORDER.written - before > PAUSE_SECONDS:
            for stream in STREAMS.values():
                stream.catch_up()
        return self.append(string)

    def has_first_line(self, string):
        """Whether the first line of this request is complete: it is sent at once, while the request goes on. Not while
        something is written: the handler of a signal that prints would wait for what it has interrupted."""
        if ORDER.writing or not string.endswith("\n") or self.parent_header is self.begun:
            return False
        before, self.begun = self.at_once, self.parent_header
        self.at_once = time.monotonic()
        return self.at_once - before > AT_ONCE_SECONDS

    def append(self, string):
        with ORDER.lock:
            outer, ORDER.writing = ORDER.writing, True
            try:
                ORDER.turn_to(self)
                return super().write(string)
            finally:
                ORDER.writing = outer

    def catch_up(self):
        """What programs have written stands before what is printed now."""
        if self.reading.acquire(timeout=READING_SECONDS):
            try:
                self.read_pipe()
            finally:
                self.reading.release()

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
            self.has_more = True
            (self.append if CAN_ORDER else super().write)(self.decoder.decode(data))
            os.write(self._original_stdstream_copy, data)
            return bool(data)

    def _flush(self):
        """In the thread that sends."""
        turns = ORDER.take(self) if CAN_ORDER else [(self, None)]
        for stream, stream.turn in turns:
            OutStream._flush(stream)

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
