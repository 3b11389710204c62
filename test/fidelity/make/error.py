# shows: Errors: traceback, nested, syntax, in a function of the notebook
# %% tags=["raises-exception"]
def divide(a, b):
    return a / b


divide(1, 0)
# %% tags=["raises-exception"]
try:
    divide(1, 0)
except ZeroDivisionError as error:
    raise ValueError("the rate of the region is missing") from error
# %% tags=["raises-exception"]
eval("1 +")
# %% tags=["raises-exception"]
raise SystemExit("ended here")
