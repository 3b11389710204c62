"""Writes a wheel: its name, its version, the folder, the content of its module, a line for a .pth file, or nothing."""

import sys, zipfile

name, version, folder, source, path = sys.argv[1:6]
info = f"{name}-{version}.dist-info"
files = {
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[f"{name}.pth" if path else f"{name}.py"] = path or source
files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    for file, content in files.items():
        wheel.writestr(file, content)
