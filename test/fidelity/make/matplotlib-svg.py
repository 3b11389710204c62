# shows: matplotlib as SVG
# %%
%config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt

plt.figure(figsize=(5, 3))
plt.scatter([1, 2, 3, 4], [4, 1, 3, 2], s=[20, 80, 160, 320], alpha=0.5)
plt.title("points")
plt.show()
# %%
plt.figure(figsize=(4, 2))
plt.plot([1, 2, 3], color="green")
plt.show()
