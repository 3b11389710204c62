# shows: Raw cells: HTML, LaTeX, reStructuredText, without a format
# %% [markdown]
# Before the raw cells
# %% [raw] metadata={"raw_mimetype": "text/html"}
# <p style="color: teal">raw <b>HTML</b></p>
# %% [raw] metadata={"raw_mimetype": "text/latex"}
# \textbf{raw LaTeX}
# %% [raw]
# raw without a format
# %%
"after them"
