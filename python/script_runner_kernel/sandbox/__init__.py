"""What one kernel is kept in: namespaces, cgroups, a mount view, limits."""
