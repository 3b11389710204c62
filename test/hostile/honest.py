# ---
# hostile:
#   tries: Nothing. An honest notebook between the others shows that they do it no harm.
#   holds: It succeeds and shows its own outputs.
#   outcomes: [succeeded]
#   prints: ["sum 499500", "<b>bold</b>"]
# ---

# %%
import os

from IPython.display import HTML

print("sum", sum(range(1000)))
with open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/rows.csv", "w") as file:
    file.write("a\n1\n")
HTML("<b>bold</b>")
