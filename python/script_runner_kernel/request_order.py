"""Requests that the server sends before those sent earlier have ended."""


class RequestOrder:
    """Before ipykernel's kernel in the order of classes. A request that names another one, `after`, is executed if that
    was the last one that was executed, and it has succeeded. ipykernel itself can only drop what has already arrived
    when a request fails."""

    succeeded = None

    def should_handle(self, stream, message, identities):
        after = message["content"].get("after")
        if after is None or after == self.succeeded:
            return super().should_handle(stream, message, identities)
        self.session.send(stream, "execute_reply", {"status": "aborted"}, parent=message, ident=identities)
        return False

    def finish_metadata(self, parent, metadata, reply_content):
        asks_exit = any(one.get("source") == "ask_exit" for one in reply_content.get("payload") or ())
        is_good = reply_content.get("status") == "ok" and not asks_exit
        self.succeeded = parent["header"]["msg_id"] if is_good else None
        return super().finish_metadata(parent, metadata, reply_content)
