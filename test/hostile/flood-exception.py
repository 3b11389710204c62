# ---
# hostile:
#   tries: Raises an exception of 30 MB, after all errors that a run may show.
#   holds: The run has failed, and says why in a bounded text.
#   outcomes: [failed]
# ---

# %%
kernel = get_ipython().kernel
announcement = "application/vnd.script-runner+json"


def show(data, **options):
    get_ipython().display_pub.publish(data=data, **options)


def announce(**said):
    show({announcement: said, "text/plain": ""})


def send(kind, content):
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"flood")


# %%
for index in range(300):
    send("error", {"ename": "E", "evalue": "v", "traceback": ["t" * 100_000]})
raise ValueError("V" * 30_000_000)
print("the end")
