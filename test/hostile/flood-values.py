# ---
# hostile:
#   tries: Shows JSON of a million different names, of deep rows and of numbers, each of many megabytes.
#   holds: Whoever asks meanwhile is answered; what can be read is kept.
#   outcomes: [succeeded]
#   prints: ["the end"]
# ---

# %%
publish = get_ipython().display_pub.publish
publish({"application/json": {"k%d" % index: index for index in range(1_000_000)}, "text/plain": "names"})
publish({"application/json": [{"k%d" % (index % 20_000): 1} for index in range(150_000)], "text/plain": "rows"})
publish({"application/json": [index * 1.37 for index in range(300_000)], "text/plain": "numbers"})
publish({"text/plain": "metadata"}, metadata={"k%d" % index: 1 for index in range(300_000)})
print("the end")
