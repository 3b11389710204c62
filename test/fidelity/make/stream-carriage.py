# shows: Carriage returns, backspaces, cleared lines, clear_output
# %%
import sys
import time

for n in range(0, 101, 20):
    print(f"\r{n:3d} % " + "#" * (n // 5), end="")
    sys.stdout.flush()
    time.sleep(0.05)
print()
# %%
print("abc\b\bX")
print("long line that is replaced\rshort")
print("first\nsecond\r\nthird")
# %%
from IPython.display import clear_output

for n in range(3):
    clear_output(wait=True)
    print("only the last number stays:", n)
