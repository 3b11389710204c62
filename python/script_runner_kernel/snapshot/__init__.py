"""Prefix snapshots: a process that has run the first cells of a script and forks kernels that continue from there."""
