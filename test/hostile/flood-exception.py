# ---
# hostile:
#   tries: Raises an exception of 30 MB, after all errors that a run may show.
#   holds: The run has failed, and says why in a bounded text.
#   outcomes: [failed]
# ---

# %%
kernel = get_ipython().kernel


def send(kind, content):
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"flood")


# %%
for index in range(300):
    send("error", {"ename": "E", "evalue": "v", "traceback": ["t" * 100_000]})
raise ValueError("V" * 30_000_000)
print("the end")
