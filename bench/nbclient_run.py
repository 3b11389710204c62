"""Executes a notebook with nbclient and prints each text output the moment that nbclient has it."""

import sys

import nbformat
from nbclient import NotebookClient


class Telling(NotebookClient):
    def output(self, outs, msg, display_id, cell_index):
        if msg["msg_type"] == "stream":
            print(msg["content"]["text"], flush=True)
        return super().output(outs, msg, display_id, cell_index)


Telling(nbformat.read(sys.argv[1], as_version=4), kernel_name="python3").execute()
