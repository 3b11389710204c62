"""Names of downloads that file systems and browsers cannot misread, and that are not paths."""

import re
import unicodedata

MAX_BYTES = 180
DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*]')
# How Python shows the bytes of a file name that are not valid UTF-8; they are most often Latin-1.
ESCAPED = re.compile("[\udc80-\udcff]")


def safe_name(name):
    """The name as one safe path component: `../Umsatz 1/2024.csv` becomes `Umsatz 1-2024.csv`. Throws TypeError."""
    if not isinstance(name, str):
        raise TypeError("The name of a download must be text, for example 'sales.csv', not {!r}.".format(name))
    name = ESCAPED.sub(lambda char: chr(ord(char.group()) - 0xDC00), name)
    text = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C")
    parts = [part.strip() for part in re.split(r"[/\\]", text)]
    text = "-".join(part for part in parts if part.strip("."))
    text = FORBIDDEN.sub("_", text).lstrip(". ").rstrip(". ")
    if not text:
        raise ValueError("{!r} is no name for a download; try something like 'sales.csv'.".format(name))
    return cut("_" + text if DEVICES.match(text) else text)


def split_name(name):
    """(`sales`, `.csv`): the stem and the suffix with its dot; a suffix is at most 10 characters."""
    found = re.match(r"^(.+?)((?:\.tar)?\.[^.\s]{1,10})$", name)
    return (found.group(1), found.group(2)) if found else (name, "")


def cut(name):
    """Shortens the stem so that the name fits every file system; keeps whole characters."""
    stem, suffix = split_name(name)
    room = MAX_BYTES - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip() + suffix if len(name.encode()) > MAX_BYTES else name


def numbered_names(name):
    """`sales.csv`, `sales-2.csv`, `sales-3.csv`, …"""
    stem, suffix = split_name(name)
    yield name
    for number in range(2, 10_000):
        yield "{}-{}{}".format(stem, number, suffix)
