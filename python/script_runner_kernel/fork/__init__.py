"""The fork server: a process that has imported packages and forks kernels."""
