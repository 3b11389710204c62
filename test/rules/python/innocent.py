import os

if (folder := os.environ.get("HOME")) is not None:
    print(f"{folder!r}")
