"""Writes a wheel named ipykernel that pip can install without an index."""

import sys, zipfile

with zipfile.ZipFile(sys.argv[1] + "/ipykernel-9.9.9-py3-none-any.whl", "w") as wheel:
    wheel.writestr("ipykernel/__init__.py", "")
    wheel.writestr("ipykernel-9.9.9.dist-info/METADATA", "Metadata-Version: 2.1\nName: ipykernel\nVersion: 9.9.9\n")
    wheel.writestr("ipykernel-9.9.9.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(
        "ipykernel-9.9.9.dist-info/RECORD",
        "ipykernel/__init__.py,,\nipykernel-9.9.9.dist-info/METADATA,,\nipykernel-9.9.9.dist-info/WHEEL,,\nipykernel-9.9.9.dist-info/RECORD,,\n",
    )
