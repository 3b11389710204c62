# ---
# hostile:
#   tries: Sends one message of 200 MB, and one of eight frames of 32 MB.
#   holds: They are passed over as they come; the run says that an output is missing.
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
megabytes = b"x" * (32 * 1024 * 1024)
send_raw("stream", b"x" * (200 * 1024 * 1024))
send_raw("display_data", b"{}", *[megabytes] * 8)
print("the end")
