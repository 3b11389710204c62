# ---
# hostile:
#   tries: Sends 300 messages of types that no run has, of a megabyte each.
#   holds: Nothing of them is kept.
#   outcomes: [succeeded]
# ---

# %%
kernel = get_ipython().kernel


def send(kind, content):
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"flood")


# %%
for index in range(300):
    send("comm_open", {"comm_id": "x" * 1_000_000, "target_name": "y", "data": {}})
    send("nonsense", {"x": "x" * 100_000})
print("the end")
