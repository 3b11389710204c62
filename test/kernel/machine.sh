#!/bin/sh
# The first process of the small machine of `group2.real.test.ts`: control groups of version 2 alone, then the program.
mount -t proc proc /proc
mount -t sysfs sys /sys
# The disk is read-only; what is over /tmp would hide a checkout there.
mount -t tmpfs tmpfs /run
mkdir /run/t

mount -t cgroup2 none /sys/fs/cgroup
/sbin/ip link set lo up
HOME=/run/t TMPDIR=/run/t "$NODE" "$PROGRAM"
echo o > /proc/sysrq-trigger
sleep 10
