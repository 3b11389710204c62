"""What ipykernel does at each start, and no run needs: left out, or done before the fork."""

import os
import threading

from ipykernel import kernelapp
from IPython.core.application import ENV_CONFIG_DIRS, SYSTEM_CONFIG_DIRS
from IPython.core.profiledir import ProfileDir


# Settings that name code to be executed at the start.
CODE = ("exec_lines", "exec_files", "code_to_run", "file_to_run", "module_to_run")


class Profile(ProfileDir):
    """In a HOME that has just been made. Its folders for logs, locks and programs of the start stay away: nothing is in
    them, and nobody looks there."""

    def _mkdir(self, path, mode=None):
        return False


class NoThread:
    """Nobody asks for subshells: without the thread for them, a request does not pass through it and back."""

    def __init__(self, *arguments, **options):
        self.parent_thread = threading.current_thread()

    def __bool__(self):
        return False


class NoEndpoint:
    """In place of the shell socket: there is no debugger whose socket would connect to it."""

    @staticmethod
    def getsockopt(option):
        return b""


class ShortStart:
    """Before ipykernel's application in the order of classes."""

    extensions_loaded, has_new_profile = False, False

    def init_profile_dir(self):
        location = os.path.join(self.ipython_dir, "profile_default")
        self.has_new_profile = "ProfileDir" not in self.config and not os.path.exists(location)
        if self.has_new_profile:
            self.profile_dir = Profile(location=location, config=self.config)
        else:
            super().init_profile_dir()

    def write_connection_file(self, **options):
        """The server has written it."""

    def init_heartbeat(self):
        """The server asks on the control channel."""

    def init_control(self, context):
        made, shell_socket = getattr(kernelapp, "ShellChannelThread", None), self.shell_socket
        kernelapp.ShellChannelThread, self.shell_socket = NoThread, NoEndpoint
        try:
            super().init_control(context)
        finally:
            kernelapp.ShellChannelThread, self.shell_socket = made, shell_socket
        self.shell_channel_thread = NoThread()  # in versions that make it elsewhere

    def load_extensions(self):
        """Before the fork: those that every shell has. Others, which the machine's settings name, might open
        something."""
        for name in self.default_extensions:
            self.shell.extension_manager.load_extension(name)
        self.extensions_loaded = not self.extensions and not getattr(self, "extra_extensions", None)

    def await_groups(self):
        """Returns when the process is in its control groups: before the first socket on the network, or a run could
        reach the server with it and be taken for another client (see peer/group_check.py)."""

    def init_sockets(self):
        if self.transport != "ipc":
            self.await_groups()
        super().init_sockets()

    def init_iopub(self, context):
        self.await_groups()
        super().init_iopub(context)

    def init_extensions(self):
        if not self.extensions_loaded:
            super().init_extensions()

    def init_code(self):
        """Executes what the settings of the machine name. A profile that has just been made names nothing; the rest was
        done before the fork: to look at the names of all modules would copy the memory around them."""
        folders = [os.path.join(path, "startup") for path in (*ENV_CONFIG_DIRS, *SYSTEM_CONFIG_DIRS)]
        if (
            not self.has_new_profile
            or os.environ.get("PYTHONSTARTUP")
            or any(map(os.path.isdir, folders))
            or any(getattr(self, name, None) for name in CODE)
        ):
            super().init_code()
