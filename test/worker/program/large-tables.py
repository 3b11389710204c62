import numpy
import pandas

long = pandas.DataFrame({"a": range(5000)})
wide = pandas.DataFrame(numpy.zeros((2, 100_000)))
heavy = pandas.DataFrame({"a": ["x" * 10_000] * 100})
cell = pandas.DataFrame({"a": ["x" * 10_000_000]})
huge = pandas.DataFrame({str(i): ["x" * 50_000] for i in range(20)})
with pandas.option_context("display.max_columns", 3):
    for table in (long, wide, heavy, cell, huge):
        display(table)
