import os

from IPython.display import publish_display_data

folder = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/.tables"
os.makedirs(folder)
content = '{"table":1,"index":0,"columns":[{"name":"a","type":"text"}]}\n["x"]\n'
for key in ("t1", "t3", "t4"):
    with open(folder + "/" + key, "w") as file:
        file.write(content)
os.symlink("/etc/passwd", folder + "/t2")


def announce(**message):
    said = dict({"kind": "table", "columns": [], "index": 0, "rows": 1, "total": [1, 1], "cut": []}, **message)
    publish_display_data({"application/vnd.script-runner+json": said})


announce(key="t1", name="../../etc/passwd", file="../../../etc/passwd")
announce(key="t2", name="link")
announce(key="../t3", name="out")
announce(key="t3", name="bad", columns=None)
announce(key="t4", name="")
announce(key="t4", name="again")
announce(key="t5", name="missing")
