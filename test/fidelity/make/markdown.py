# shows: Markdown: headings, lists, tables, code, quotes, links, strikethrough, tasks
# %% [markdown]
# # First heading
# ## Second heading with `code`
# Text with *emphasis*, **strength**, ~~struck~~, `code`, a [link](https://example.org) and https://example.org.
#
# 1. one
#    - nested
#    - items
# 2. two
#
# - [ ] to do
# - [x] done
#
# > A quote
# > of two lines
#
# | left | centre | right |
# |:-----|:------:|------:|
# | a    | b      | 1.5   |
# | **x**| `y`    | 22    |
#
# ---
#
# ```python
# def f(x):
#     return x + 1
# ```
#
#     indented code
