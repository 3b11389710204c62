"""What an uploaded file is in a notebook: its path."""

from pathlib import Path as UploadFile

__all__ = ["UploadFile"]
