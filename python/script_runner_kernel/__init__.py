"""The Python side of Script Runner's kernels: starts and supervises them, and assigns them to runs. Not for notebooks."""
