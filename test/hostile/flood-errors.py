# ---
# hostile:
#   tries: Sends 800 error messages of 100 kB.
#   holds: Errors are outputs, and have the bound of outputs.
#   outcomes: [succeeded]
# ---

# %%
kernel = get_ipython().kernel


def send(kind, content):
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"flood")


# %%
for index in range(800):
    send("error", {"ename": "E" * 5000, "evalue": "v" * 2000, "traceback": ["t" * 100_000]})
print("the end")
