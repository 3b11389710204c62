# shows: FileLink, a link in HTML, YouTubeVideo, ScribdDocument without the network
# %%
from IPython.display import HTML, FileLink, IFrame, YouTubeVideo

FileLink("display-links.ipynb")
# %%
YouTubeVideo("dQw4w9WgXcQ", width=300, height=160)
# %%
HTML("<a href='https://example.org' target='_blank'>a link</a>")
