# ---
# hostile:
#   tries: Tells its progress 30,000 times, with long texts and numbers that are none.
#   holds: The log does not grow without bound.
#   outcomes: [succeeded]
# ---

# %%
announcement = "application/vnd.script-runner+json"


def show(data, **options):
    get_ipython().display_pub.publish(data=data, **options)


def announce(**said):
    show({announcement: said, "text/plain": ""})


# %%
for index in range(30_000):
    announce(kind="progress", fraction=(index % 100) / 100, text="%d" % index + "x" * 10_000)
for fraction in (-5, 1e308, float("nan"), float("inf"), "1", None, [], {}):
    announce(kind="progress", fraction=fraction, text=["x"])
print("the end")
