"""The Python side of Script Runner's kernels: keeping them, starting them, handing them a run. Not for notebooks."""
