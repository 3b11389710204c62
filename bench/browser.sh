#!/bin/sh
# A browser that uses the processors only when nothing else does: a reader's browser runs on another machine than the
# server. Its threads set their own nice values, so those would not do.
exec chrt --idle 0 "$BENCH_CHROMIUM" "$@"
