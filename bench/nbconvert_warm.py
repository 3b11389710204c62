"""Renders a notebook with nbconvert each time a line comes in, and answers with the milliseconds it took: nbconvert
without its start-up.
"""

import sys
import time

import nbformat
from nbconvert import HTMLExporter

exporter = HTMLExporter()
with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
for _ in sys.stdin:
    start = time.perf_counter()
    exporter.from_notebook_node(nbformat.reads(text, as_version=4))
    print((time.perf_counter() - start) * 1000, flush=True)
