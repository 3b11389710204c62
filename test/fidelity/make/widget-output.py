# shows: ipywidgets: Output with streams, tables, pictures, errors; interact
# %%
import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display

out = w.Output(layout={"border": "1px solid teal"})
with out:
    print("inside an Output")
    display(pd.DataFrame({"a": [1, 2]}))
out
# %%
out.append_stdout("appended\n")


@w.interact(n=(1, 10), kind=["sine", "line"])
def draw(n=4, kind="line"):
    plt.figure(figsize=(3, 1.5))
    plt.plot(range(n))
    plt.title(kind)
    plt.show()
# %%
picture = w.Image(value=open("picture.png", "rb").read(), format="png", width=60)
w.VBox([picture, w.Play(value=3), w.FileUpload()])
