# ---
# hostile:
#   tries: Ends the run with a message of 5 MB.
#   holds: The outcome holds the beginning of it.
#   outcomes: [succeeded]
# ---

# %%

# %%
class ScriptRunnerStop(Exception):
    pass


raise ScriptRunnerStop("S" * 5_000_000)
print("the end")
