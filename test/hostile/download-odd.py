# ---
# hostile:
#   tries: Leaves thousands of dangling links and hidden files, and announces more downloads than a report may have.
#   holds: At most 500 downloads, and a few notices.
#   outcomes: [succeeded]
# ---

# %%
import os

output = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]
for index in range(8000):
    os.symlink("nowhere", os.path.join(output, "l%d" % index))
for index in range(520):
    name = ".h%d" % index
    with open(os.path.join(output, name), "w") as file:
        file.write("same")
    said = {"kind": "download", "file": name, "name": "n%d.txt" % index}
    get_ipython().display_pub.publish(data={"application/vnd.script-runner+json": said, "text/plain": ""})
print("the end")
