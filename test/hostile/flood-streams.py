# ---
# hostile:
#   tries: Prints 100,000 letters, each to the other stream.
#   holds: Each entry of the log counts, not its letters alone.
#   outcomes: [succeeded]
# ---

# %%
kernel = get_ipython().kernel


def send(kind, content):
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"flood")


# %%
for index in range(100_000):
    send("stream", {"name": "stdout" if index % 2 else "stderr", "text": "x"})
print("y" * 60_000_000)
print("the end")
