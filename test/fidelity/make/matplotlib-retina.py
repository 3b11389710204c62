# shows: matplotlib in double resolution: the width comes from the metadata
# %%
%config InlineBackend.figure_formats = ["retina"]
import matplotlib.pyplot as plt

plt.figure(figsize=(5, 2.5))
plt.hist([1, 2, 2, 3, 3, 3, 4, 4, 5], bins=5)
plt.show()
