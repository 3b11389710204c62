#!/bin/sh
# The first process of the small machine of `cgroup-v2.real.test.ts`: control groups of version 2 alone, then the
# program, as root and as a service.
mount -t proc proc /proc
mount -t sysfs sys /sys
# The disk is read-only; what is over /tmp would hide a checkout there.
mount -t tmpfs tmpfs /run
mkdir -p /run/t /run/stage

mount -t cgroup2 none /sys/fs/cgroup
/sbin/ip link set lo up
echo "AS root"
HOME=/run/t TMPDIR=/run/t "$NODE" "$PROGRAM"

# What systemd makes for a service of an ordinary user with Delegate=yes; of root's home, which is closed to that user,
# what is needed.
for path in $(echo "$NEEDED" | tr : " "); do mkdir -p "/run/stage$path"; mount --bind "$path" "/run/stage$path"; done
[ -z "$NEEDED" ] || mount --rbind "/run/stage$ROOT_HOME" "$ROOT_HOME"
service=/sys/fs/cgroup/system.slice/x.service
mkdir -p $service /run/u
echo "+memory +pids +cpu" > /sys/fs/cgroup/cgroup.subtree_control
echo "+memory +pids +cpu" > /sys/fs/cgroup/system.slice/cgroup.subtree_control
chown 1000:1000 $service $service/cgroup.procs $service/cgroup.threads $service/cgroup.subtree_control /run/u
echo "AS service"
sh -c 'echo $$ > '$service'/cgroup.procs; exec setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs env HOME=/run/u TMPDIR=/run/u sh -c "\"$NODE\" \"$PROGRAM\"; true"'
echo o > /proc/sysrq-trigger
sleep 10
