"""Fetches pip's wheel from the package index into a folder, for a Python without pip and ensurepip (Debian's).

Usage: fetch_pip.py FOLDER. Prints the wheel's path. Honours PIP_INDEX_URL and the proxy and certificate variables.
"""

import os
import re
import sys
import urllib.parse
import urllib.request

index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
page = urllib.request.urlopen(index, timeout=30).read().decode()
usable = []
for attributes in re.findall(r"<a ([^>]*)>", page):
    link = re.search(r'href="([^"]*?(pip-(\d+(?:\.\d+)*)-py3-none-any\.whl)[^"]*)"', attributes)
    # The newest pip may need a newer Python than this one; the index says so beside the link.
    wants = re.search(r'requires-python="(?:&gt;|>)=(\d+)\.(\d+)', attributes)
    if link and (wants is None or sys.version_info[:2] >= (int(wants[1]), int(wants[2]))):
        usable.append((tuple(map(int, link[3].split("."))), link[1], link[2]))
if not usable:
    sys.exit(f"{index} lists no pip for this Python.")
_, href, name = max(usable)
target = os.path.join(sys.argv[1], name)
with urllib.request.urlopen(urllib.parse.urljoin(index, href), timeout=60) as reply, open(target, "wb") as file:
    file.write(reply.read())
print(target)
