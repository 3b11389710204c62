# ---
# hostile:
#   tries: Ends the run with a message of 10 MB.
#   holds: The outcome holds the beginning of it.
#   outcomes: [succeeded]
# ---

# %%

# %%
class ScriptRunnerStop(Exception):
    pass


raise ScriptRunnerStop("S" * 10_000_000)
print("the end")
