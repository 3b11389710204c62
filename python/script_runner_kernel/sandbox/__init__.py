"""The sandbox of one kernel: namespaces, cgroups, a mount view, limits."""
