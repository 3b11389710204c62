# shows: matplotlib as PNG: lines, legend, several axes, a closed figure
# %%
import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 6, 100)
plt.plot(x, np.sin(x), label="sine")
plt.plot(x, np.cos(x), label="cosine")
plt.legend()
plt.title("waves")
plt.show()
# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
left.bar(["a", "b", "c"], [3, 1, 2])
right.imshow(np.outer(np.sin(x), np.cos(x)))
