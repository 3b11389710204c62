# ---
# hostile:
#   tries: Puts out elements, lists and formulas that lie inside each other without end.
#   holds: The report shows the texts as they are, with a sentence that says why.
#   outcomes: [succeeded]
# ---

# %%
publish = get_ipython().display_pub.publish
publish({"text/html": "<b>" * 300_000})
publish({"text/html": "<div>" * 50_000 + "<p>" * 50_000 + "</div>" * 50_000})
publish({"text/latex": "\\begin{a}" * 80_000})
publish({"text/latex": "$" + "a+" * 50_000 + "$"})
publish({"text/latex": "$" + "{" * 4000 + "x" + "}" * 4000 + "$"})
publish({"text/markdown": ">" * 20_000 + "a"})
print("a" * 16_000 + "\x1b[31m\x1b[1K\x1b[32m\x1b[1K" * 100_000)
