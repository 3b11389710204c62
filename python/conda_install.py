"""
Resolves an environment of conda packages and installs it, with py-rattler. In a folder with `request.json` (channels,
specs, alias, link_scripts), which also receives the downloads:

`conda_install.py solve` writes `lock.yml` and prints what it says as a list that conda reads (`@EXPLICIT`);
`conda_install.py install FOLDER` installs what `lock.yml` names.
"""

import asyncio
import json
import os
import re
import sys

from rattler import (
    Channel,
    ChannelConfig,
    Gateway,
    InstallerReporter,
    LockFile,
    LockPlatform,
    MatchSpec,
    Subdir,
    VirtualPackage,
    install,
    solve,
)

LOCK = "lock.yml"
ENVIRONMENT = "default"


class Progress(InstallerReporter):
    def on_link_start(self, operation, package_name):
        print("Installing", package_name, file=sys.stderr)
        return operation


def channel_urls(names):
    for name in names:
        if name == "defaults":
            yield from ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
        elif name != "nodefaults":
            yield name


def without_secret(url):
    return re.sub(r"/t/[^/]+/", "/", re.sub(r"^(\w+://)[^/@]*@", r"\1", url))


async def resolve(request):
    config = ChannelConfig(request["alias"]) if request["alias"] else ChannelConfig()
    channels = [Channel(name, config) for name in channel_urls(request["channels"])]
    here = Subdir.current()
    print("Resolving", len(request["specs"]), "packages", file=sys.stderr)
    records = await solve(
        channels,
        [MatchSpec(spec) for spec in request["specs"]],
        gateway=Gateway(cache_dir="repodata"),
        platforms=[here, Subdir("noarch")],
        virtual_packages=VirtualPackage.detect(),
    )
    platform = LockPlatform(str(here))
    lock = LockFile([platform])
    lock.set_channels(ENVIRONMENT, [channel.to_lock_channel() for channel in channels])
    print("# platform: {}\n@EXPLICIT".format(here))
    for record in sorted(records, key=lambda each: each.name.normalized):
        lock.add_conda_package(ENVIRONMENT, platform, record)
        print("{}#sha256:{}".format(without_secret(record.url), record.sha256.hex()))
    lock.to_path(LOCK)


async def install_locked(request, folder):
    [(_, environment)] = LockFile.from_path(LOCK).environments()
    [records] = environment.conda_repodata_records().values()
    await install(
        records,
        folder,
        cache_dir="downloads",
        execute_link_scripts=request["link_scripts"],
        show_progress=False,
        reporter=Progress(),
    )


def main():
    with open("request.json", encoding="utf-8") as file:
        request = json.load(file)
    work = resolve(request) if sys.argv[1] == "solve" else install_locked(request, sys.argv[2])
    try:
        asyncio.run(work)
    except Exception as error:
        print("error: {}".format(error), file=sys.stderr)
        return 1
    return 0


code = main()
sys.stdout.flush()
sys.stderr.flush()
# threads of rattler may still report progress, which an interpreter that is being taken down does not survive
os._exit(code)
