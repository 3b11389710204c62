# shows: statsmodels: the summary of a regression
# %%
import numpy as np
import statsmodels.api as sm

x = np.linspace(0, 10, 50)
model = sm.OLS(2 * x + np.sin(x), sm.add_constant(x)).fit()
model.summary(slim=True)
