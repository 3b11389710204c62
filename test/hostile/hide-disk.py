# ---
# hostile:
#   tries: Writes more than the disk limit to files that it has deleted, and keeps them open or mapped.
#   holds: The run ends at its disk limit.
#   outcomes: [kernel-died]
# ---

# %% tags=["parameters"]
step_bytes: int = 10_000_000

# %%
import mmap, tempfile, time

held = []
block = b"x" * 1_000_000
while True:
    file = tempfile.TemporaryFile()
    for _ in range(step_bytes // len(block)):
        file.write(block)
    file.flush()
    held.append(file)
    time.sleep(0.1)
