"""The request inside which a kernel waits for its run."""

from script_runner_kernel.assign_to_run import take_run


class RunRequest:
    """Before ipykernel's kernel in the order of classes, and behind `RequestOrder`. Other kernels do not know this
    request: it is no cell, so that its end takes next to nothing, and the first request of the run can be part of it."""

    async def run_request(self, stream, ident, parent):
        """content: path, of the socket of `take_run`. The reply is like one to a request that executes code."""
        request, content = None, {"status": "ok"}
        try:
            request = take_run(parent["content"]["path"], self.shell)
            self.succeeded = parent["header"]["msg_id"]
        except (Exception, KeyboardInterrupt) as error:
            content = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        try:
            if request:
                await self.carry_out(request, stream, ident)
        finally:
            self.session.send(stream, "execute_reply", content, parent, ident=ident)

    async def carry_out(self, request, stream, ident):
        """As if it had come on the shell channel; but who has sent it knows that it has begun. ipykernel says at the
        end of `run_request` that the kernel is idle: its parent is this one by then."""
        self.set_parent(ident, request, channel="shell")
        if self.should_handle(stream, request, ident):
            await self.execute_request(stream, ident, request)
