"""Leaves a deep folder, a link and folders without rights in the temporary folder."""

import os

print(os.environ["HOME"])
os.chdir(os.environ["TMPDIR"] if "TMPDIR" in os.environ else "/tmp")
os.makedirs("module/closed")
open("module/closed/file", "w").close()
os.chmod("module/closed", 0)
os.chmod("module", 0o555)
os.symlink("/etc", "link")
for _ in range(200):
    os.mkdir("x" * 100)
    os.chdir("x" * 100)
