"""Offers what cannot be a download."""

from script_runner import download


class Bad:
    iloc = None

    def savefig(self, *a, **k):
        raise OSError("disk full")


for call in [
    lambda: download(object(), "x.csv"),
    lambda: download("plots/a.png", "a.png"),
    lambda: download("gone.txt"),
    lambda: download([{"a": 1}], "x.docx"),
    lambda: download(b"x", "../.."),
    lambda: download(b"x", 7),
    lambda: download(b"x"),
    lambda: download(Bad(), "x.png"),
]:
    say(refused(call))
