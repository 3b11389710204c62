import pandas
import script_runner

key, pin = script_runner.params["key"], script_runner.params["pin"]
pandas.DataFrame({"a": ["x %s y" % key, key + "\nz", None], key: [1, 2, 3], "number": [1, int(pin), 3]})
