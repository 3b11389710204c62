# shows: scikit-learn: an estimator's HTML
# %%
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
