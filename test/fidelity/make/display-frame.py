# shows: IFrame with srcdoc, isolated HTML, a page of its own
# %%
from IPython.display import HTML, display

HTML("<iframe srcdoc='<p style=\"color: green\">inside a frame</p>' width='300' height='80'></iframe>")
# %%
display(
    {"text/html": "<style>p { color: purple; font-size: 30px }</style><p>isolated from the page</p>", "text/plain": ""},
    metadata={"text/html": {"isolated": True}}, raw=True)
# %%
HTML("<p>must not be purple</p>")
