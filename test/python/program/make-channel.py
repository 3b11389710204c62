"""Makes a channel of conda packages in a folder: this Python as `python`, its ipykernel, and `salesc` 1.0 and 2.0."""

import hashlib, io, json, os, sys, sysconfig, tarfile

folder = sys.argv[1]
version = ".".join(map(str, sys.version_info[:2]))
base = os.path.realpath(sys.executable)
repodata = {}


def package(name, number, files, depends=(), noarch=True, links={}):
    subdir = "noarch" if noarch else "linux-64"
    index = {
        "name": name,
        "version": number,
        "build": "0",
        "build_number": 0,
        "depends": list(depends),
        "subdir": subdir,
    }
    if noarch:
        index["noarch"] = "python"
    paths = [
        {"_path": path, "path_type": "softlink" if path in links else "hardlink"}
        | (
            {}
            if path in links
            else {"sha256": hashlib.sha256(files[path].encode()).hexdigest(), "size_in_bytes": len(files[path])}
        )
        for path in [*files, *links]
    ]
    content = {
        **files,
        "info/index.json": json.dumps(index),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
    }
    if noarch:
        content["info/link.json"] = json.dumps({"noarch": {"type": "python"}, "package_metadata_version": 1})
    os.makedirs(f"{folder}/{subdir}", exist_ok=True)
    file = f"{name}-{number}-0.tar.bz2"
    with tarfile.open(f"{folder}/{subdir}/{file}", "w:bz2") as archive:
        for path, text in content.items():
            info = tarfile.TarInfo(path)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
        for path, target in links.items():
            info = tarfile.TarInfo(path)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    data = open(f"{folder}/{subdir}/{file}", "rb").read()
    index |= {"sha256": hashlib.sha256(data).hexdigest(), "md5": hashlib.md5(data).hexdigest(), "size": len(data)}
    repodata.setdefault(subdir, {})[file] = index


package(
    *("python", f"{version}.0", {"pyvenv.cfg": f"home = {os.path.dirname(base)}\n"}, ()),
    noarch=False,
    links={"bin/python": base, f"bin/python{version}": "python", "bin/python3": "python"},
)
site = sysconfig.get_paths()["purelib"]
package("ipykernel", "6.30", {"site-packages/ipykernel.pth": f"{site}\n"}, ["python"])
for number in ("1.0", "2.0"):
    package("salesc", number, {"site-packages/salesc.py": f"value = 'conda {number}'\n"}, ["python"])
for subdir in ("noarch", "linux-64"):
    packages = repodata.get(subdir, {})
    with open(f"{folder}/{subdir}/repodata.json", "w") as file:
        json.dump({"info": {"subdir": subdir}, "packages": packages, "packages.conda": {}, "repodata_version": 1}, file)
