#!/bin/sh
# The first process of the small machine of `case-folder.real.test.ts`: mounts its disk, and starts the program there.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /run
mkdir -p /run/dev /run/fat
mount -t devtmpfs dev /run/dev
# every Debian has perl, but not the programs that load modules: 313 is finit_module
for module in fat/fat fat/vfat nls/nls_cp437 nls/nls_iso8859-1; do
  perl -e 'open F, "<", shift or die; exit(syscall(313, fileno(F), my $none = "", 0) != 0)' \
    "/usr/lib/uml/modules/$(uname -r)/kernel/fs/$module.ko"
done
mount -t vfat -o utf8=1 /run/dev/ubda /run/fat && HOME=/run TMPDIR=/run "$NODE" "$PROGRAM" /run/fat
echo o > /proc/sysrq-trigger
sleep 10
