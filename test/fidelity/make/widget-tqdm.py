# shows: tqdm.notebook: done, stopped half way; tqdm in text
# %%
from tqdm.notebook import tqdm

for _ in tqdm(range(5), desc="done"):
    pass
# %%
bar = tqdm(total=10, desc="half way")
bar.update(5)
# %%
from tqdm import tqdm as plain

for _ in plain(range(3), desc="text", ncols=60):
    pass
