#!/bin/sh
# The first process of the small machine of `group2.real.test.ts`: control groups of version 2 alone, then the program.
mount -t proc proc /proc
mount -t sysfs sys /sys
for folder in /tmp /run; do mount -t tmpfs tmpfs "$folder"; done
mount -t cgroup2 none /sys/fs/cgroup
/sbin/ip link set lo up
HOME=/tmp "$NODE" "$PROGRAM"
echo o > /proc/sysrq-trigger
sleep 10
