# ---
# hostile:
#   tries: Publishes 2,000 results of 100 kB, each under a name of its own, then one name 2,000 times.
#   holds: Results have a bound of number, size and sum; the log has a bound.
#   outcomes: [succeeded]
# ---

# %%
announcement = "application/vnd.script-runner+json"


def show(data, **options):
    get_ipython().display_pub.publish(data=data, **options)


def announce(**said):
    show({announcement: said, "text/plain": ""})


# %%
for index in range(2000):
    announce(kind="result", name="r%d" % index, value="x" * 100_000)
for index in range(2000):
    announce(kind="result", name="r0", value="%d" % index + "x" * 100_000)
for index in range(20_000):
    announce(kind="result", name="n%d" % index, value=index)
print("the end")
