# /// script
# [tool.script-runner]
# title = "Sum"
# ///
from __future__ import annotations

import argparse
import os
import sys

from double import double

parser = argparse.ArgumentParser(description="Process some integers.")
parser.add_argument("integers", metavar="N", type=int, nargs="+", help="an integer for the accumulator")
parser.add_argument("--sum", dest="accumulate", action="store_const", const=sum, default=max, help="sum the integers")
parser.add_argument("--name", default="x y")
parser.add_argument("-v", "--verbose", action="count", default=0)
parser.add_argument("--code", type=int, default=0)
parser.add_argument("--token")

if __name__ == "__main__":
    args = parser.parse_args()
    print(sys.argv)
    print(__name__, os.path.basename(__file__), double(args.accumulate(args.integers)), args.token == "kV9!x2-Qw7")
    if args.code == 3:
        sys.exit("the message")
    if args.code == 4:
        raise ValueError("bad")
    sys.exit(args.code)
