"""Offers downloads of each kind."""

import io, pathlib
from script_runner import download

pathlib.Path("source.bin").write_bytes(b"\x00\xff")
download("Grüße\n", "note.txt")
download(b"\x01", "raw.bin")
download(pathlib.Path("source.bin"), "copy.bin")
download("source.bin")
download(io.StringIO("held"), "held.txt")
download({"a": [1, float("nan")]}, "value.json")
download([{"a": 1}], "rows.json")
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([1, 2])
download(figure, "chart.svg")
say(refused(lambda: download("/etc/passwd", "passwd")))
