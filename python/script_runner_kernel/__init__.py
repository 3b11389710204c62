"""The Python side of Script Runner's kernels: starts, supervises and assigns them to runs. Not for notebooks."""
