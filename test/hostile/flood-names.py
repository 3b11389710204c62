# ---
# hostile:
#   tries: Gives MIME types, display ids and metadata of a megabyte, and 200,000 forms of one output.
#   holds: None of them is kept whole.
#   outcomes: [succeeded]
# ---

# %%


def show(data, **options):
    get_ipython().display_pub.publish(data=data, **options)


# %%
for index in range(60):
    show({"text/plain": ""}, transient={"display_id": "%d" % index + "x" * 1_000_000})
    show({"x/%d" % index + "a" * 1_000_000: ""})
    show({"text/plain": ""}, metadata={"a": "x" * 1_000_000})
show({"x/%d" % index: "" for index in range(200_000)})
print("the end")
