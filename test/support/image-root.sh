#!/bin/sh
# Runs in a mount namespace of its own (`unshare -m`): makes the root of an image from this machine's files, and goes on with
# the script $2, which has `inside` to run a command in the image. $1: a folder for mounts; it becomes the image. $3: a
# folder of a Python that becomes the image's own in /usr/local, as in the `python` images; empty: none.
# /usr is this machine's and read-only. What an image's steps write to is a tmpfs.
# shellcheck shell=dash
set -eu
root=$1 script=$2 python=$3
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 022

mount -t tmpfs -o mode=755 none "$root"
for name in bin sbin lib lib32 lib64 libx32 usr; do
  if [ -L "/$name" ]; then
    cp -P "/$name" "$root/$name"
  elif [ -d "/$name" ]; then
    mkdir "$root/$name"
    mount --rbind "/$name" "$root/$name"
  fi
done
# Each mount below, too.
awk -v root="$root/" 'index($5 "/", root) == 1 && $5 "/" != root { print $5 }' /proc/self/mountinfo | while read -r place; do
  mount -o remount,bind,ro "$place"
done

mkdir -p "$root/etc/profile.d" "$root/dev" "$root/proc" "$root/var/tmp" "$root/home" "$root/opt" "$root/run"
mkdir -m 700 "$root/root"
mkdir -m 1777 "$root/tmp"
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
for name in passwd group nsswitch.conf ld.so.cache ld.so.conf ld.so.conf.d alternatives os-release debian_version profile \
  bash.bashrc shells login.defs python3; do
  [ ! -e "/etc/$name" ] || cp -a "/etc/$name" "$root/etc/"
done

inside() {
  chroot "$root" /usr/bin/env -i "$@"
}
# A mount in the image whose path may lead through links of the image.
cover() {
  [ ! -e "$root$2" ] || inside /usr/bin/mount --bind "$1" "$2"
}
mount -t tmpfs -o mode=755 none "$root/usr/local"
mkdir "$root/usr/local/bin" "$root/usr/local/sbin" "$root/usr/local/lib"
# Images have none of these shells. Setup would write into the folder of fish.
for name in fish zsh tcsh csh; do cover /dev/null "/usr/bin/$name"; done
[ ! -d "$root/usr/share/fish" ] || mount -t tmpfs -o mode=755 none "$root/usr/share/fish"
# The archive brings its own Node.
for name in node nodejs; do cover /dev/null "/usr/bin/$name"; done

if [ -n "$python" ]; then
  for folder in "$python"/lib/python3.*; do
    version=${folder##*/python}
    mkdir "$root/usr/local/lib/python$version"
    mount --bind "$folder" "$root/usr/local/lib/python$version"
    mount -o remount,bind,ro "$root/usr/local/lib/python$version"
    cp "$python/bin/python$version" "$root/usr/local/bin/"
    ln -s "python$version" "$root/usr/local/bin/python3"
  done
  for library in "$python"/lib/libpython*; do
    [ ! -e "$library" ] || cp -P "$library" "$root/usr/local/lib/"
  done
  inside /sbin/ldconfig
  printf '#!/usr/local/bin/python3\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n' >"$root/usr/local/bin/pip"
  chmod 755 "$root/usr/local/bin/pip"
fi

# shellcheck source=/dev/null
. "$script"
