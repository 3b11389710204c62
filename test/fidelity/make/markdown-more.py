# shows: Markdown: footnotes, alerts, HTML, details, definition of terms, emoji, attachments, anchors
# %% [markdown]
# Text with a footnote[^1] and an [anchor](#Second-part).
#
# [^1]: The footnote.
#
# > [!NOTE]
# > An alert.
#
# > [!WARNING]
# > Another.
# %% [markdown]
# <div style="background: #ffeebb; padding: 8px">A box in <b>HTML</b></div>
#
# <details><summary>Summary</summary>
#
# Hidden **text**
#
# </details>
#
# <span style="color: crimson">red</span> H<sub>2</sub>O, <kbd>Ctrl</kbd>
# %% [markdown]
# ![attached](picture:)
#
# <img src="picture:" width="60">
#
# ## Second part
#
# Emoji 🎉 and :tada:
# %% [markdown]
# <script>document.title = "no script of Markdown may run"</script>
# <style>body { background: red }</style>
# Text after a script and a style.
