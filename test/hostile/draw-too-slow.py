# ---
# hostile:
#   tries: Puts out texts that renderers take minutes for.
#   holds: The report shows them as they are after some seconds, and the server answers all others meanwhile.
#   outcomes: [succeeded]
# ---

# %%
publish = get_ipython().display_pub.publish
publish({"text/markdown": "# a\n\n" * 60_000})
publish({"text/markdown": "a^[b] " * 60_000})
publish({"text/markdown": "a\n\\begin{x}\n" * 30_000})
