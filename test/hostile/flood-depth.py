# ---
# hostile:
#   tries: Sends values that are nested 200,000 deep, and messages that are no messages.
#   holds: They are not shown, and what comes after them is.
#   outcomes: [succeeded]
# ---

# %%
import json

kernel = get_ipython().kernel
announcement = "application/vnd.script-runner+json"


def send_raw(kind, *frames):
    """A signed message whose content is these frames, given out piece by piece."""
    session, parent = kernel.session, kernel.get_parent("shell")["header"]
    head = [json.dumps(part, default=str).encode() for part in (session.msg_header(kind), parent, {})]
    signed = [b"flood", b"<IDS|MSG>", session.sign([*head, frames[0]]), *head, *frames]
    kernel.iopub_socket.send_multipart(signed, copy=False)


# %%
deep = b"[" * 200_000 + b"]" * 200_000
send_raw("display_data", b'{"data": {"application/json": ' + deep + b'}, "metadata": {}}')
send_raw(
    "display_data", b'{"data": {"%s": {"kind": "result", "name": "deep", "value": %s}}}' % (announcement.encode(), deep)
)
send_raw("display_data", b'{"data": {"__proto__": {"x": 1}, "text/plain": "p"}, "metadata": {"__proto__": {"y": 1}}}')
for kind, content in (
    ("stream", b'{"name": "__proto__", "text": {"a": 1}}'),
    ("stream", b"nonsense"),
    ("display_data", b'{"data": 5, "metadata": 7}'),
    ("error", b'{"traceback": [5, null, {}]}'),
    ("update_display_data", b'{"transient": {"display_id": 5}}'),
    ("execute_reply", b'{"status": "ok"}'),
):
    send_raw(kind, content)
print("the end")
