"""Leaves files open and a thread running, and registers exit handlers."""

import atexit, csv, gzip, logging, os, threading, time, zipfile

folder = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/"
w = csv.writer(open(folder + "rows.csv", "w"))
for i in range(100):
    w.writerow([i, i * i])
g = gzip.open(folder + "t.gz", "wt")
g.write("text")
z = zipfile.ZipFile(folder + "a.zip", "w")
z.writestr("x", "y")
import pandas

x = pandas.ExcelWriter(folder + "x.xlsx")
pandas.DataFrame({"a": [1]}).to_excel(x)


def bye():
    print("bye")
    open(folder + "bye.txt", "w").write("done")


atexit.register(bye)


def late():
    threading.main_thread().join(0.2)
    open(folder + "late.txt", "w").write("late")


threading.Thread(target=late).start()
open(folder + "none.txt", "w")
print("written")
