"""Announces what can be seen and done from here."""

import os, resource, script_runner


def tried(work):
    try:
        return str(work())
    except OSError as error:
        return type(error).__name__


script_runner.result(
    "answers",
    [
        os.getuid(),
        resource.getrlimit(resource.RLIMIT_NPROC)[0],
        tried(lambda: os.listdir(data)),
        tried(lambda: len([name for name in os.listdir("/proc") if name.isdigit()]) < 5),
        tried(lambda: open("/etc/hostile", "w")),
        tried(lambda: open("beside.txt", "w").write("1")),
        tried(lambda: os.kill(1, 9)),
        tried(
            lambda: (
                [name for name in os.listdir("/dev") if name.startswith(("vd", "sd", "kmsg"))]
                + [name for name in os.listdir("/dev/pts") if name.isdigit()]
            )
        ),
    ],
)
