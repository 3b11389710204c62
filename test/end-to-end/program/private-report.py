import os
import time

import pandas
import script_runner
from IPython.display import display

if region.startswith("wait"):
    print("waiting", flush=True)
    time.sleep(600)


def word(end):
    return region.replace("value", end)


print(word("output"))
display(pandas.DataFrame({word("column"): [word("cell")]}))
script_runner.result(word("result"), 1)
script_runner.progress(0.5, word("progress"))
with open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/" + word("file") + ".csv", "w") as file:
    file.write(word("content"))
if more is not None:
    raise ValueError(word("raised"))
