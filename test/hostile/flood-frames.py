# ---
# hostile:
#   tries: Sends one message of 300,000 frames.
#   holds: It is passed over; the run goes on.
#   outcomes: [succeeded]
# ---

# %%
import json

kernel = get_ipython().kernel


def send_raw(kind, *frames):
    """A signed message whose content is these frames, given out piece by piece."""
    session, parent = kernel.session, kernel.get_parent("shell")["header"]
    head = [json.dumps(part, default=str).encode() for part in (session.msg_header(kind), parent, {})]
    signed = [b"flood", b"<IDS|MSG>", session.sign([*head, frames[0]]), *head, *frames]
    kernel.iopub_socket.send_multipart(signed, copy=False)


# %%
send_raw("display_data", b"{}", *[b"x"] * 300_000)
print("the end")
