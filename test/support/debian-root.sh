#!/bin/sh
# Runs in a mount namespace of its own (`unshare -m`): shows this machine's system without Node, and what a package leaves in
# it. $1: a folder for mounts, $2: the .deb, $3: an interpreter's folder of wheels. Everything is written to a tmpfs.
# shellcheck shell=dash
set -eu
scratch=$1 deb=$2 wheels=$3
PATH=/usr/sbin:/usr/bin:/sbin:/bin

mkdir -p "$scratch/mounts"
mount -t tmpfs -o mode=755 none "$scratch/mounts"
cd "$scratch/mounts"
mkdir lower upper work root
# Without what is mounted below it.
mount --bind / lower
mount -t overlay -o "lowerdir=$PWD/lower,upperdir=$PWD/upper,workdir=$PWD/work" none root
for folder in /dev /proc; do mount --rbind "$folder" "root$folder"; done
root=$PWD/root

inside() {
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PIP_NO_INDEX=1 PIP_FIND_LINKS=/var/wheels PIP_DISABLE_PIP_VERSION_CHECK=1 "$@"
}
as_user() {
  inside /usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/env HOME=/home/ada SHELL=/bin/bash bash -lc "$1"
}
step() {
  echo "## $1"
}

rm -f root/usr/local/bin/pip* root/usr/local/bin/python* root/usr/local/bin/node root/usr/bin/node root/usr/bin/nodejs root/usr/lib/python3*/EXTERNALLY-MANAGED
rm -rf root/usr/local/lib/pipward root/etc/pipward root/etc/pip.conf root/etc/profile.d/pipward.sh
mkdir -p root/home/ada root/var/wheels
# Startup files of this machine's root would set another PATH.
find root/root -mindepth 1 -maxdepth 1 -exec rm -rf {} +
cp "$wheels"/*.whl root/var/wheels/
cp "$deb" root/var/pipward.deb
chown 65534:65534 root/home/ada

# What differs from the system that was there. dpkg's own records and caches do not count.
list_changes() {
  (
    cd upper
    find . -mindepth 1 | LC_ALL=C sort | while read -r name; do
      case $name in
        ./var/lib/dpkg* | ./var/log* | ./var/cache* | ./home/ada/* | ./root/.cache* | ./tmp*) continue ;;
      esac
      if [ -d "$name" ] && [ -d "../lower/$name" ]; then continue; fi
      if [ -f "$name" ] && [ ! -L "$name" ] && cmp -s "$name" "../lower/$name"; then continue; fi
      echo "$name"
    done
  )
}

step 'node'
inside sh -c 'command -v node || echo none'
list_changes >"$scratch/before"
step 'install'
inside dpkg -i /var/pipward.deb
step 'setup'
inside pipward --version
inside pipward setup --system --yes
mkdir -p root/etc/pipward
printf '[policy]\nforbid-root = "enforce"\n' >root/etc/pipward/policy.toml
step 'user'
as_user 'type pip; pip install demo-app' 2>&1
step 'terminal'
as_user 'script -qec "pip install --no-index --break-system-packages nosuch" /dev/null' 2>&1 || :
step 'root'
# As sudo: with Debian's secure_path where that leads to pipward, else in a login shell.
if inside test -x /usr/local/bin/pip; then
  inside pip install demo-app 2>&1 || echo "status $?"
else
  inside bash -lc 'pip install demo-app' 2>&1 || echo "status $?"
fi
step 'doctor'
as_user 'pipward doctor --verbose' 2>&1 || :
step 'again'
inside dpkg -i /var/pipward.deb
as_user 'type pip' 2>&1
step 'remove'
rm -rf root/etc/pipward
inside dpkg -r pipward 2>&1
inside sh -c 'command -v pipward || echo none'
list_changes >"$scratch/after"
step 'left'
if diff "$scratch/before" "$scratch/after"; then echo nothing; fi
# Another installation for all users: that of an archive.
step 'other'
inside dpkg -i /var/pipward.deb >/dev/null 2>&1
mkdir -p root/usr/local/lib/pipward/dist
echo '// of an archive' >root/usr/local/lib/pipward/dist/admin.cjs
printf '%s\n' '{"schema":1,"version":"0.2.0","prefix":"/usr/local/lib/pipward","files":["dist/admin.cjs"],"profiles":[],"createdFolders":[]}' \
  >root/usr/local/lib/pipward/manifest.json
inside dpkg -r pipward 2>&1
inside cat /usr/local/lib/pipward/dist/admin.cjs
