"""What is known about the process at the other end of a connection."""

KERNEL, OTHER, UNKNOWN = "kernel", "other", "unknown"
