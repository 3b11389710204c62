"""Paths and the folders that contain them."""


def is_below(path, folder):
    """Also true for the folder itself."""
    return (path + "/").startswith(folder.rstrip("/") + "/")
