# shows: seaborn: pairs, heat map
# %%
import numpy as np
import pandas as pd
import seaborn as sns

rng = np.random.default_rng(1)
frame = pd.DataFrame({"x": rng.normal(size=60), "y": rng.normal(size=60), "kind": ["a", "b", "c"] * 20})
sns.set_theme()
sns.pairplot(frame, hue="kind", height=1.8);
# %%
sns.heatmap(frame[["x", "y"]].corr(), annot=True);
