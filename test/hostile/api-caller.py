# ---
# hostile:
#   tries: Calls the server that runs it, directly and through a process of its own.
#   holds: Each request is refused.
#   outcomes: [succeeded]
# ---

# %% tags=["parameters"]
server: str = ""

# %%
import subprocess
import sys

CALL = """
import sys, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1] + "/api/v1/scripts", timeout=10)
    print("BRO" + "KEN: answered", answer.status)
except Exception as error:
    print("refused", type(error).__name__)
"""

# %%
for command in ([], ["setsid"], ["sh", "-c", '"$@" & wait', "sh"]):
    subprocess.run([*command, sys.executable, "-S", "-c", CALL, server])
