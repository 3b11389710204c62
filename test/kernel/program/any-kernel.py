"""Does what works in any kernel: modules beside the script, programs, processes, await, pandas."""

import sys

print("pandas" in sys.modules)
import os, time, json, neighbour, subprocess, threading

print(neighbour.ANSWER, os.getcwd(), time.strftime("%z"), json.load(open(os.environ["SCRIPT_RUNNER_PARAMS_FILE"])))
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout.strip())
import multiprocessing

print(multiprocessing.get_context("fork").Pool(2).map(abs, [-1, -2]))
import asyncio

await asyncio.sleep(0)
print("awaited")
import pandas as pd

print(pd.DataFrame({"a": [1, 2]}).sum().a)
