"""Records what cells print and display, as the messages that a kernel would have sent."""

import io
import json
import os
import sys
import tempfile

from jupyter_client.session import Session


class TooMuchOutput(BaseException):
    """No cell catches it: what was recorded so far is of no use."""


class Recording:
    """Messages of one cell after the other, with a limit for all together."""

    def __init__(self, limit_bytes):
        self.left, self.messages, self.is_over = limit_bytes, [], False

    def add(self, kind, content):
        if self.is_over:
            return
        last = self.messages[-1] if self.messages else None
        if kind == "stream" and last and last["type"] == "stream" and last["content"]["name"] == content["name"]:
            last["pieces"].append(content["text"])
            self.take(len(content["text"]))
            return
        message = {"type": kind, "content": content}
        if kind == "stream":
            message["pieces"] = [content["text"]]
        self.messages.append(message)
        self.take(len(json.dumps(content, default=str)))

    def take(self, size):
        self.left -= size
        if self.left < 0:
            self.is_over = True
            raise TooMuchOutput

    def cut(self):
        """What was added since the last call."""
        messages, self.messages = self.messages, []
        for message in messages:
            if message["type"] == "stream":
                message["content"] = {"name": message["content"]["name"], "text": "".join(message.pop("pieces"))}
        return messages


class RecordingSession(Session):
    """Replaces the shell's session while there is no kernel."""

    recording = None

    def send(self, stream, msg_or_type, content=None, *_, **__):
        if isinstance(msg_or_type, dict):
            msg_or_type, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
        self.recording.add(msg_or_type, content)


class RecordingStream(io.TextIOBase):
    """`sys.stdout` of the prefix. Code that keeps it, a log handler for example, continues to write to that of the
    kernel."""

    encoding = "utf-8"
    errors = None

    def __init__(self, name, recording):
        self.stream_name, self.recording, self.successor = name, recording, None

    @property
    def name(self):
        return "<%s>" % self.stream_name

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        return {"stdout": 1, "stderr": 2}[self.stream_name]

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not %s" % type(text).__name__)
        if self.successor is not None:
            return self.successor.write(text)
        if text:
            self.recording.add("stream", {"name": self.stream_name, "text": text})
        return len(text)

    def flush(self):
        if self.successor is not None:
            self.successor.flush()

    def close(self):
        """Stays open, like a kernel's."""


class Descriptors:
    """What other programs write to descriptors 1 and 2, which is also output of the cell."""

    def __init__(self, recording):
        self.recording = recording
        self.before = [os.dup(1), os.dup(2)]
        self.files = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
        for file, target in zip(self.files, (1, 2)):
            os.dup2(file.fileno(), target)

    def record(self):
        for file, name in zip(self.files, ("stdout", "stderr")):
            size = os.fstat(file.fileno()).st_size
            if size == 0:
                continue
            self.recording.take(size)
            text = os.pread(file.fileno(), size, 0).decode("utf-8", "replace")
            os.ftruncate(file.fileno(), 0)
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            self.recording.add("stream", {"name": name, "text": text})

    def restore(self):
        for before, target in zip(self.before, (1, 2)):
            os.dup2(before, target)
            os.close(before)
        for file in self.files:
            file.close()


def streams(recording):
    """Installs recording streams and returns them."""
    sys.stdout, sys.stderr = RecordingStream("stdout", recording), RecordingStream("stderr", recording)
    return [sys.stdout, sys.stderr]
