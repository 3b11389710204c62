# ---
# hostile:
#   tries: Announces downloads that lie behind symbolic links, hard links, pipes and paths out of the output folder.
#   holds: None of them is offered, and one notice says so.
#   outcomes: [succeeded]
# ---

# %% tags=["parameters"]
data: str = "/nowhere"

# %%
import os

output = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]


def announce(file, name):
    said = {"kind": "download", "file": file, "name": name}
    get_ipython().display_pub.publish(data={"application/vnd.script-runner+json": said, "text/plain": ""})


for name, target in [("d", data), ("e", "/etc"), ("p", "/proc/self"), ("r", "/")]:
    os.symlink(target, os.path.join(output, name))
os.symlink(os.path.join(data, "operator-token"), os.path.join(output, "token"))
os.mkfifo(os.path.join(output, "pipe"))
try:
    os.link("/etc/passwd", os.path.join(output, "hard"))
except OSError as error:
    print(type(error).__name__)
for index, file in enumerate(
    [
        "d/operator-token",
        "d/secret.key",
        "d/runs.db",
        "e/passwd",
        "p/environ",
        "p/cmdline",
        "r/etc/passwd",
        "token",
        "pipe",
        "hard",
        "/etc/passwd",
        "../../../operator-token",
        "d/../../../../operator-token",
        os.path.join(output, "../../../operator-token"),
        "nul\0x",
        "",
        ".",
        "a" * 100000,
        "a/" * 1000,
    ]
):
    announce(file, "stolen%d.txt" % index)
print("the end")
