# ---
# hostile:
#   tries: Leaves very deep folders in /tmp and among the downloads, some of them closed to everybody.
#   holds: The run's folders are removed and the server goes on.
#   outcomes: [succeeded]
# ---

# %%
import os
import tempfile

for start in (tempfile.gettempdir(), os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]):
    os.chdir(start)
    for depth in range(3000):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
        if depth % 100 == 99:
            os.chmod(".", 0o555)
            os.mkdir("../open")
            os.chdir("../open")
os.chdir("/")
