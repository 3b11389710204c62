# ---
# hostile:
#   tries: Leaves folders that nobody may read or change, as a module cache of Go does, in /tmp and among the downloads.
#   holds: The run's folders are removed and the server goes on.
#   outcomes: [succeeded]
# ---

# %%
import os
import tempfile

for mode in (0o555, 0o000):
    for place in (None, os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]):
        folder = tempfile.mkdtemp(dir=place)
        os.makedirs(os.path.join(folder, "a/b"))
        with open(os.path.join(folder, "a/b/file"), "w") as file:
            file.write("kept")
        for path in ("a/b", "a", ""):
            os.chmod(os.path.join(folder, path), mode)
