# ---
# hostile:
#   tries: Sends one message of 600 MB, and one of twenty frames of 32 MB.
#   holds: They are passed over as they come; the run says that an output is missing.
#   outcomes: [succeeded]
#   prints: ["An output of 629 MB is not shown", "An output of 671 MB is not shown", "the end"]
# ---

# %%
import json

kernel = get_ipython().kernel
announcement = "application/vnd.script-runner+json"


def show(data, **options):
    get_ipython().display_pub.publish(data=data, **options)


def announce(**said):
    show({announcement: said, "text/plain": ""})


def send_raw(kind, *frames):
    """A signed message whose content is these frames, given out piece by piece."""
    session, parent = kernel.session, kernel.get_parent("shell")["header"]
    head = [json.dumps(part, default=str).encode() for part in (session.msg_header(kind), parent, {})]
    signed = [b"flood", b"<IDS|MSG>", session.sign([*head, frames[0]]), *head, *frames]
    kernel.iopub_socket.send_multipart(signed, copy=False)


# %%
megabytes = b"x" * (32 * 1024 * 1024)
send_raw("stream", b"x" * (600 * 1024 * 1024))
send_raw("display_data", b"{}", *[megabytes] * 20)
print("the end")
