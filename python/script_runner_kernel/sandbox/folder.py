"""Paths and the folders that they lie in."""


def is_below(path, folder):
    """True for the folder itself, too."""
    return (path + "/").startswith(folder.rstrip("/") + "/")
