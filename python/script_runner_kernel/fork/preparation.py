"""What a supervisor does for its kernel while that starts and waits: one word for each step, over a pipe."""

import os

from script_runner_kernel.process import waking_here

# Sent to a kernel that is in its control groups, and to one whose folders of its run are mounted.
JOINED, MOUNTED = b"1", b"2"


class Preparation:
    """In a kernel's process. Exits if the supervisor could not do it."""

    def __init__(self, said, words=JOINED + MOUNTED):
        """said: the descriptor with the words. words: those that will come, in this order."""
        self.said, self.words = said, words

    def await_groups(self):
        """Until this has returned, the process may not be in its control groups."""
        self.hear(JOINED)

    def await_folders(self):
        """Until this has returned, those of the run may not be mounted."""
        self.hear(MOUNTED)

    def hear(self, last):
        """Returns when the supervisor has sent this word, at once if it is known."""
        while last in self.words:
            if os.read(self.said, 1) != self.words[:1]:
                os._exit(1)
            self.words = self.words[1:]
            if not self.words:
                os.close(self.said)


class Telling:
    """In its supervisor. `said`: for the kernel."""

    def __init__(self):
        self.said, self.end = os.pipe()

    def joined(self):
        self.tell(JOINED)

    def mounted(self, kernel):
        """The last one. kernel: its process, which is to go on where this one has been."""
        with waking_here(kernel):
            self.tell(MOUNTED)
        os.close(self.end)

    def tell(self, word):
        try:
            os.write(self.end, word)
        except BrokenPipeError:  # it has ended already
            pass
