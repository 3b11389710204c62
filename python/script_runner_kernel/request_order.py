"""Requests that the server sends before those sent earlier have ended."""

from script_runner_kernel import assign_to_run, program_end

# What a request may name as `unless`.
REASONS = {"program": program_end.has_more_to_do, "cells": assign_to_run.has_left_cells}


class RequestOrder:
    """Before ipykernel's kernel in the order of classes. A request that names another one, `after`, is executed if that
    was the last one that was executed, and it has succeeded; with `unless`, only if that is not so. ipykernel itself can
    only drop what has already arrived when a request fails."""

    succeeded = None

    def should_handle(self, stream, message, identities):
        after, unless = (message["content"].get(name) for name in ("after", "unless"))
        if after is None or (after == self.succeeded and not (unless in REASONS and REASONS[unless]())):
            return super().should_handle(stream, message, identities)
        self.session.send(stream, "execute_reply", {"status": "aborted"}, parent=message, ident=identities)
        self._publish_status("idle", "shell")  # older versions of ipykernel do not
        return False

    def finish_metadata(self, parent, metadata, reply_content):
        asks_exit = any(one.get("source") == "ask_exit" for one in reply_content.get("payload") or ())
        is_good = reply_content.get("status") == "ok" and not asks_exit
        self.succeeded = parent["header"]["msg_id"] if is_good else None
        return super().finish_metadata(parent, metadata, reply_content)
