# shows: A notebook in nbformat 3: headings, pyout, streams, pictures, errors
# %% [markdown]
# # Old notebook
# with **text** and $x^2$
# %%
print("printed")
1 + 1
# %%
import matplotlib.pyplot as plt

plt.figure(figsize=(3, 2))
plt.plot([1, 2, 3])
plt.show()
# %% tags=["raises-exception"]
1 / 0
