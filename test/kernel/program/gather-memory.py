"""Prints the size of large pages before and after its memory was gathered, and whether the data is the same."""

import sys

sys.path.insert(0, folder)
from script_runner_kernel.fork.huge_page import gather_memory


def large():
    with open("/proc/self/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("AnonHugePages:"))


kept = [str(number) * 20 for number in range(200_000)]
before = large()
gather_memory()
print(before, large(), kept == [str(number) * 20 for number in range(200_000)])
