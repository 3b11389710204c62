"""Prints, announces and saves each secret in many forms."""

import base64, html, json, os, urllib.parse, script_runner, pathlib

config = json.loads(pathlib.Path(os.environ["LNK_DIR"], "link.config").read_text())
found = [
    key,
    config["dbs"]["warehouse"]["password"],
    config["dbs"]["bucket"]["secret_key"],
    os.environ.get("WAREHOUSE_URL", ""),
    os.environ.get("SERVER_CANARY", ""),
]
said = []
for text in found:
    raw = text.encode()
    said += [
        text,
        repr(text),
        json.dumps(text),
        html.escape(text),
        urllib.parse.quote(text),
        raw.hex(),
        *(base64.b64encode(b"x" * shift + raw).decode() for shift in range(3)),
    ]
for line in said:
    print(line)
pathlib.Path(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"], "said.txt").write_text("\n".join(said))
script_runner.result("said", found[1])
script_runner.progress(0.5, found[0])
