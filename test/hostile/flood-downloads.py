# ---
# hostile:
#   tries: Announces one download 600 times.
#   holds: Announcements of downloads have a bound.
#   outcomes: [succeeded]
# ---

# %%
announcement = "application/vnd.script-runner+json"


def show(data, **options):
    get_ipython().display_pub.publish(data=data, **options)


def announce(**said):
    show({announcement: said, "text/plain": ""})


# %%
import os

with open(os.path.join(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"], "a.txt"), "w") as file:
    file.write("a")
for index in range(600):
    announce(kind="download", file="a.txt", name="n%d.txt" % index)
print("the end")
