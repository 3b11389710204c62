"""Tells the server whether one of its kernels is at the other end of a connection.

Run as `python -I -S program.py PLAN` beside the server, with pipes on descriptors 0 and 1 that carry one JSON object
per line. PLAN (JSON): "folder" of the kernels' control groups of version 2 (null: there are none) and "name", the
prefix of this server's groups. It first sends {"by": "group" | "process"}, its method. Then it answers {"id", "client":
[address, port], "server": [address, port], "kernels": [ids of processes from which kernels descend]} with {"id",
"peer"}: "kernel"; "other", which is certain; or "unknown". It ends when descriptor 0 is closed.
"""

import json
import os
import sys

if __name__ == "__main__":  # with -I, Python does not look beside the program
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from script_runner_kernel.peer.group_check import GroupCheck  # noqa: E402
from script_runner_kernel.peer.process_check import ProcessCheck  # noqa: E402
from script_runner_kernel.peer.socket_diag import SocketDiag  # noqa: E402
from script_runner_kernel.peer.verdict import OTHER, UNKNOWN  # noqa: E402


class Peers:
    def __init__(self, folder, name):
        self.diag, self.processes = SocketDiag(), ProcessCheck()
        groups = GroupCheck(folder, name) if folder else None
        self.groups = groups if groups and groups.works(self.diag) else None
        self.by = "group" if self.groups else "process"

    def answer(self, questions):
        """The peers of all requests that arrived together."""
        answers, asked, sockets = [], [], []
        for index, question in enumerate(questions):
            found, answer = self.look(question)
            answers.append(answer)
            if found:
                asked.append(index)
                sockets.append(found)
        if sockets:
            kernels = {pid for question in questions for pid in question["kernels"]}
            for index, answer in zip(asked, self.processes.peers(sockets, kernels)):
                answers[index] = answer
        return answers

    def look(self, question):
        """(socket whose processes must be checked or None, else the answer)."""
        try:
            found = self.diag.find(question["client"], question["server"])
            if found is None:
                # No process here has it: it came from elsewhere, or is already closed.
                return None, UNKNOWN if self.diag.is_local(question["client"][0]) else OTHER
            return (None, self.groups.peer(found)) if self.groups else (found, None)
        except (OSError, ValueError):
            return None, UNKNOWN


def say(*messages):
    data = "".join(json.dumps(message) + "\n" for message in messages).encode()
    while data:
        data = data[os.write(1, data) :]


def main(plan):
    peers = Peers(plan["folder"], plan["name"])
    say({"by": peers.by})
    rest = b""
    while True:
        data = os.read(0, 65536)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        questions = [json.loads(line) for line in lines]
        say(*({"id": question["id"], "peer": peer} for question, peer in zip(questions, peers.answer(questions))))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
