# ---
# hostile:
#   tries: Shows, changes and clears 30,000 displays, and 30,000 times one.
#   holds: Each change counts as an output.
#   outcomes: [succeeded]
# ---

# %%
kernel = get_ipython().kernel


def show(data, **options):
    get_ipython().display_pub.publish(data=data, **options)


def send(kind, content):
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"flood")


# %%
for index in range(30_000):
    show({"text/plain": "d%d" % index})
show({"text/plain": "0"}, transient={"display_id": "a"})
for index in range(30_000):
    show({"text/plain": "%d" % index}, transient={"display_id": "a"}, update=True)
    send("clear_output", {"wait": index % 2 == 0})
print("the end")
