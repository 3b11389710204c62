"""
A kernel of a language of its own that does not know the request to shut down or, with `ANSWERS`, answers it and stays;
SIGTERM ends it in order.
"""

import os
import signal
import time

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class DeafKernel(Kernel):
    implementation, implementation_version, banner = "deaf", "1", "deaf"
    language_info = {"name": "deaf", "mimetype": "text/plain", "file_extension": ".txt"}

    if "ANSWERS" not in os.environ:

        async def shutdown_request(self, *arguments):
            pass

    def do_execute(self, code, *arguments, **options):
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}


def leave(*_):
    with open(os.path.join(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"], "bye"), "w") as file:
        file.write("bye")
    os._exit(0)


signal.signal(signal.SIGTERM, leave)
IPKernelApp.launch_instance(kernel_class=DeafKernel)
time.sleep(1000)
