# shows: application/pdf, with and without a picture beside it
# %%
import io

import matplotlib.pyplot as plt
from IPython.display import display

figure, axes = plt.subplots(figsize=(3, 2))
axes.plot([1, 3, 2])
data = io.BytesIO()
figure.savefig(data, format="pdf")
plt.close(figure)
display({"application/pdf": data.getvalue(), "text/plain": "a PDF"}, raw=True)
