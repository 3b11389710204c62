# shows: ipympl: matplotlib as a widget
# %%
%matplotlib widget
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(4, 2.5))
axes.plot([1, 3, 2])
plt.show()
