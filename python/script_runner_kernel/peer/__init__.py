"""Tells the server whether one of its kernels is at the other end of a connection."""
