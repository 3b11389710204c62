"""Ends what a program's end would end, in a kernel that stays: threads, exit handlers, files that are still open."""

import asyncio
import atexit
import gc
import os
import sys
import threading
import traceback
import weakref

# Writers that complete their file when they are closed, by module: a program's end closes some of them, readers of a
# download want them all.
WRITERS = [
    ("pandas.io.excel._base", "ExcelWriter"),
    ("pyarrow.parquet.core", "ParquetWriter"),
    ("tarfile", "TarFile"),
    ("xlsxwriter.workbook", "Workbook"),
    ("zipfile", "ZipFile"),
]
COMPRESSED = [("bz2", "BZ2File"), ("gzip", "GzipFile"), ("lzma", "LZMAFile")]
# Whose tasks are the kernel's own.
KERNEL_PACKAGES = ("ipykernel", "tornado", "zmq")


class BeforeRun:
    """What the kernel itself has."""

    handlers, threads, finalizers = None, (), 0
    # Exit handlers that cells have added in a snapshot.
    added = 0


def note_start():
    BeforeRun.handlers, BeforeRun.threads = atexit._ncallbacks() - BeforeRun.added, set(threading.enumerate())
    BeforeRun.finalizers = count_finalizers()


def count_finalizers():
    """What one exit handler calls for many: that of a temporary folder removes it."""
    registries = (
        getattr(weakref.finalize, "_registry", ()),
        getattr(threading, "_threading_atexits", ()),
        getattr(sys.modules.get("multiprocessing.util"), "_finalizer_registry", ()),
    )
    return sum(map(len, registries))


def has_more_to_do():
    """Whether the end of the program may be more than its last cell: the run has added exit handlers, threads, tasks of
    the loop or programs, which may show something, or write or remove files."""
    if (BeforeRun.handlers, BeforeRun.finalizers) != (atexit._ncallbacks(), count_finalizers()):
        return True
    if not BeforeRun.threads.issuperset(threading.enumerate()):
        return True
    try:
        return has_programs() or any(map(is_of_run, asyncio.all_tasks()))
    except RuntimeError:  # another loop than that of asyncio
        return True


def has_programs():
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def is_of_run(task):
    code = getattr(task.get_coro(), "cr_code", None)
    return code is None or not code.co_filename.startswith(package_folders())


def package_folders():
    files = (getattr(sys.modules.get(name), "__file__", None) for name in KERNEL_PACKAGES)
    return tuple(os.path.dirname(file) + os.sep for file in files if file)


def end():
    """Runs inside of a request, after the last cell. Takes as long as the threads and handlers take."""
    for step in (join_threads, run_exit_handlers, close_files):
        try:
            step()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            traceback.print_exc()


def join_threads():
    """Waits for the threads that a program waits for; executors are told that nothing more comes."""
    for call in reversed(list(getattr(threading, "_threading_atexits", ()))):
        call()
    kept = {threading.current_thread(), threading.main_thread()}
    while True:
        thread = next((each for each in threading.enumerate() if not each.daemon and each not in kept), None)
        if thread is None:
            return
        thread.join()


def run_exit_handlers():
    """But for those of the kernel itself: it answers this request yet. Those of another kernel than ipykernel are not
    known."""
    module = sys.modules.get("ipykernel.kernelapp")
    if module is None:
        return
    app = module.IPKernelApp.instance()
    for part, name in (
        (app, "close"),
        (app, "cleanup_connection_file"),
        (getattr(app, "iopub_thread", None), "stop"),
        (app.shell, "atexit_operations"),
    ):
        if hasattr(part, name):
            atexit.unregister(getattr(part, name))
    atexit._run_exitfuncs()


def close_files():
    """Completes the files that are open for writing. Looks for them only where there are any."""
    if not has_open_files() and "xlsxwriter.workbook" not in sys.modules:
        return
    from _io import _IOBase

    writers, compressed = classes(WRITERS), classes(COMPRESSED)
    found = [each for each in gc.get_objects() if issubclass(type(each), (_IOBase, *writers))]
    for each in found:
        if issubclass(type(each), writers):
            close_writer(each)
    flush([each for each in found if hasattr(type(each), "buffer")])  # texts, into what lies below them
    for each in found:
        if issubclass(type(each), compressed):
            attempt(each.close)
    flush(found)


def flush(files):
    for each in files:
        if not getattr(each, "closed", True):
            attempt(each.flush)


def close_writer(writer):
    handle = getattr(getattr(writer, "_handles", None), "handle", None)
    if not getattr(writer, "fileclosed", False) and not getattr(handle, "closed", False):
        attempt(writer.close)


def attempt(call):
    try:
        call()
    except Exception:
        pass


def classes(names):
    """Those whose modules are loaded."""
    found = (getattr(sys.modules.get(module), name, None) for module, name in names)
    return tuple(each for each in found if isinstance(each, type))


def has_open_files():
    """Whether this process has a plain file open for writing."""
    import fcntl
    import stat

    for name in os.listdir("/dev/fd"):
        try:
            descriptor = int(name)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                continue
            if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                return True
        except (OSError, ValueError):
            pass
    return False
