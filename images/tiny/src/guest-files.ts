/**
 * The guest's own programs, by path. They are shell scripts for busybox; text here rather than files beside the
 * source so that a bundled build carries them. Progress goes to the console as lines `BASALT <word> key=value ...`.
 */
export const guestFiles: Readonly<Record<string, string>> = {
  // The kernel starts this as process 1; it hands over to busybox init, which reaps orphans and restarts services.
  init: `#!/bin/sh
export PATH=/bin:/sbin:/usr/sbin
/bin/busybox mount -t proc proc /proc
/bin/busybox --install -s /bin
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
exec /bin/init
`,

  'etc/inittab': `::sysinit:/etc/basalt/boot
::respawn:/etc/basalt/network
::respawn:/etc/basalt/disks
::respawn:/etc/basalt/agent
::respawn:/etc/basalt/power-button
::respawn:/bin/httpd -f -p 80 -h /www
::once:/etc/basalt/user-data
ttyS0::respawn:/bin/sh -l
tty1::respawn:/bin/sh -l
::ctrlaltdel:/etc/basalt/halt reboot keyboard
`,

  'etc/passwd': 'root::0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  'etc/hostname': 'basalt\n',
  'etc/profile': 'export PATH=/bin:/sbin:/usr/sbin HOME=/root PS1="# "\ncd /root\n',

  // A mark starts on a fresh line even when the shell's prompt stands on the console.
  'bin/mark': String.raw`#!/bin/sh
printf '\nBASALT %s\n' "$*" > /dev/console
`,

  'bin/uptime-seconds': `#!/bin/sh
cut -d' ' -f1 /proc/uptime
`,

  'bin/bash': `#!/bin/sh
exec /bin/sh "$@"
`,

  // Disk, network and power come first; file systems and further buses load in the background.
  'etc/basalt/boot': `#!/bin/sh
mark boot uptime=$(uptime-seconds) kernel=$(uname -r)
hostname -F /etc/hostname
ip link set lo up
sysctl -q -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2 2>/dev/null
for module in $(cat /etc/basalt/modules-first); do insmod /lib/modules/$module.ko; done
(
  for module in $(cat /etc/basalt/modules-later); do insmod /lib/modules/$module.ko 2>/dev/null; done
  : > /run/modules-loaded
) &
mark ready uptime=$(uptime-seconds)
`,

  // One DHCP client per network card, for as long as the card exists.
  'etc/basalt/network': `#!/bin/sh
for old in /run/nic-*; do [ -e "$old" ] && kill $(cat "$old") 2>/dev/null; rm -f "$old"; done
while :; do
  for path in /sys/class/net/eth*; do
    nic=$(basename $path)
    [ -e $path ] || continue
    [ -e /run/nic-$nic ] && continue
    ip link set $nic up
    udhcpc -f -i $nic -s /etc/basalt/lease -t 30 -T 1 -A 1 -O mtu -O staticroutes > /dev/null 2>&1 &
    echo $! > /run/nic-$nic
    mark nic $nic $(cat $path/address)
  done
  for state in /run/nic-*; do
    nic=$(basename $state | cut -c5-)
    [ -e $state ] && [ ! -e /sys/class/net/$nic ] || continue
    kill $(cat $state)
    rm -f $state
    mark nic-gone $nic
  done
  sleep 1
done
`,

  // Called by udhcpc with the lease in the environment.
  'etc/basalt/lease': `#!/bin/sh
case "$1" in
  deconfig)
    ip -4 addr flush dev $interface
    ip link set $interface up
    ;;
  bound | renew)
    [ -n "$mtu" ] && ip link set $interface mtu $mtu
    # mtu below IPv6's least takes IPv6 off the card; the IPv4 address is replaced, not flushed, so a renewal keeps flows.
    for old in $(ip -4 -o addr show dev $interface | awk '{ print $4 }'); do
      [ "$old" = "$ip/$mask" ] || ip addr del $old dev $interface
    done
    ip addr show dev $interface | grep -q " $ip/$mask " || ip addr add $ip/$mask broadcast + dev $interface
    for gateway in $router; do ip route replace default via $gateway dev $interface; break; done
    set -- $staticroutes
    while [ -n "$2" ]; do
      if [ "$2" = 0.0.0.0 ]; then ip route replace $1 dev $interface; else ip route replace $1 via $2 dev $interface; fi
      shift 2
    done
    if [ -n "$dns" ]; then
      : > /run/resolv.conf
      [ -n "$domain" ] && echo "search $domain" >> /run/resolv.conf
      for server in $dns; do echo "nameserver $server" >> /run/resolv.conf; done
    fi
    [ -n "$hostname" ] && [ ! -e /run/hostname-given ] && hostname "$hostname"
    [ "$(cat /run/lease-$interface 2>/dev/null)" = "$ip/$mask" ] && exit 0
    echo "$ip/$mask" > /run/lease-$interface
    : > /run/online
    set -- hostname=$(hostname) uptime=$(uptime-seconds)
    [ -n "$mtu" ] && set -- mtu=$mtu "$@"
    [ -n "$dns" ] && set -- dns=$(echo $dns | tr ' ' ,) "$@"
    [ -n "$router" ] && set -- router=$(echo $router | tr ' ' ,) "$@"
    mark lease $interface $ip/$mask "$@"
    ;;
esac
`,

  'etc/basalt/disks': `#!/bin/sh
known=-
while :; do
  now=$(echo $(ls /sys/block | grep -E '^(vd|sd|sr)') | tr ' ' ,)
  [ "$now" = "$known" ] || mark disks $now
  known=$now
  sleep 1
done
`,

  // The agent's port may be plugged in later; the agent restarts with it.
  'etc/basalt/agent': `#!/bin/sh
while :; do
  for path in /sys/class/virtio-ports/*; do
    [ "$(cat $path/name 2>/dev/null)" = org.qemu.guest_agent.0 ] || continue
    mark agent port=$(basename $path) uptime=$(uptime-seconds)
    qemu-ga -m virtio-serial -p /dev/$(basename $path) -t /run > /run/qemu-ga.log 2>&1
  done
  sleep 1
done
`,

  // ACPI's button is an input device; its first event is the press. A guest can be told to be deaf to it.
  'etc/basalt/power-button': `#!/bin/sh
listen() {
  while head -c 24 /dev/input/$1 > /dev/null; do
    [ -e /run/ignore-power-button ] || exec /etc/basalt/halt poweroff button
    mark power-button ignored=yes
    head -c 72 /dev/input/$1 > /dev/null
  done
}
for path in /sys/class/input/event*; do
  [ "$(cat $path/device/name 2>/dev/null)" = "Power Button" ] || continue
  listen $(basename $path) &
done
mark power-button listening=yes
wait
`,

  'etc/basalt/halt': `#!/bin/sh
mark $1 reason=$2 uptime=$(uptime-seconds)
sync
umount -a -r 2>/dev/null
exec $1 -f
`,

  // The guest agent calls it as: shutdown -P|-r|-H +0 message
  'sbin/shutdown': `#!/bin/sh
case " $* " in
  *" -r "*) exec /etc/basalt/halt reboot agent ;;
  *) exec /etc/basalt/halt poweroff agent ;;
esac
`,

  // NoCloud: a file system labelled cidata with meta-data and user-data (cloud-init's documentation, "NoCloud").
  'etc/basalt/user-data': String.raw`#!/bin/sh
until [ -e /run/modules-loaded ]; do sleep 0.1; done
seed=$(findfs LABEL=cidata 2>/dev/null || findfs LABEL=CIDATA 2>/dev/null)
if [ -z "$seed" ]; then mark seed none; exit; fi
mkdir -p /seed
mount -o ro -t vfat $seed /seed 2>/dev/null || mount -o ro -t iso9660 $seed /seed || { mark seed unreadable; exit; }
name=$(sed -n 's/^local-hostname: *//p' /seed/meta-data | tr -d "\"'\r" | head -n 1)
if [ -n "$name" ]; then : > /run/hostname-given; hostname "$name"; fi
mark seed $seed hostname=$(hostname)
if [ "$(head -c 2 /seed/user-data 2>/dev/null)" != '#!' ]; then
  [ -s /seed/user-data ] && mark userdata ignored=not-a-script
  umount /seed
  exit
fi
cp /seed/user-data /run/user-data.script
chmod 700 /run/user-data.script
umount /seed
tries=0
until [ -e /run/online ] || [ $tries -ge 100 ] || ! ls -d /sys/class/net/eth* > /dev/null 2>&1; do sleep 0.1; tries=$((tries + 1)); done
cd /root
/run/user-data.script > /run/user-data.log 2>&1
code=$?
cat /run/user-data.log > /dev/console
mark userdata exit=$code uptime=$(uptime-seconds)
`,

  'www/cgi-bin/index.cgi': String.raw`#!/bin/sh
addresses=$(ip -o addr show scope global | awk '{ printf "%s\"%s\"", separator, $4; separator = "," }')
printf 'Content-Type: application/json\r\n\r\n'
printf '{"hostname":"%s","addresses":[%s],"uptimeSeconds":%s}\n' "$(hostname)" "$addresses" "$(uptime-seconds)"
`,
}
