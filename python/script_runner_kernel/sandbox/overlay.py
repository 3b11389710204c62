"""Writes below a folder, kept private to one kernel."""

import os

from script_runner_kernel.sandbox.folder import is_below
from script_runner_kernel.system import MS_BIND, MS_NODEV, MS_NOSUID, MS_REC, mount

DISCARDED_NAMES = 200
DISCARDED_FOLDERS = 10000


def escape(path):
    return path.replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:")


def overlay(root, scratch, keep):
    """Makes writes below root private: they go to scratch. Folders in keep stay unchanged."""
    upper, work = os.path.join(scratch, "upper"), os.path.join(scratch, "work")
    kept = [(path, os.open(path, os.O_RDONLY | os.O_DIRECTORY)) for path in keep if is_below(path, root)]
    inside = is_below(scratch, root)
    try:
        for attempt in ("disk", "memory"):
            if attempt == "disk" and inside:
                continue
            if attempt == "memory":
                mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "size=1g,mode=700")
            for path in (upper, work):
                os.makedirs(path, exist_ok=True)
            try:
                options = "lowerdir=%s,upperdir=%s,workdir=%s" % (escape(root), escape(upper), escape(work))
                mount("overlay", root, "overlay", 0, options + ("" if os.getuid() == 0 else ",userxattr"))
                break
            except OSError:
                if attempt == "memory":
                    raise
        for path, descriptor in kept:
            mount("/proc/self/fd/%d" % descriptor, path, "none", MS_BIND | MS_REC)
    finally:
        for _, descriptor in kept:
            os.close(descriptor)
    return upper


def written(upper):
    """Names of the files below upper, at most DISCARDED_NAMES, without bytecode caches. The kernel could write here: no
    link is followed, not even in the place of upper or of the folder that contains it."""
    names, seen = [], 0
    scratch, top = os.path.split(upper)
    try:
        held = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return names
    try:
        for folder, folders, files, _ in os.fwalk(top, dir_fd=held, follow_symlinks=False):
            folders[:] = [name for name in folders if name not in ("__pycache__", ".ipynb_checkpoints")]
            names += [
                os.path.relpath(os.path.join(folder, name), top) for name in files[: DISCARDED_NAMES - len(names)]
            ]
            seen += 1
            if len(names) >= DISCARDED_NAMES or seen >= DISCARDED_FOLDERS:
                break
    except (OSError, RecursionError):  # deeper than can be looked at
        pass
    finally:
        os.close(held)
    return names
