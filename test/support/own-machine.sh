#!/bin/sh
# Becomes the command in its arguments on a plain machine: what this machine has and the tests must not see is hidden.
# Runs as root in a mount namespace of its own (`unshare -m`), so that nothing of the machine itself changes.
# TESTS_EMPTY_TMP: a folder to be seen as /tmp. TESTS_EMPTY_ROOT: a folder to be the root of the file system.
# shellcheck shell=dash
set -eu
before=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
# Every user looks into the folders that are made here.
umask 022

# Puts one thing in the place of another, for the command alone.
cover() {
  mount --bind "$1" "$2" || echo "tests: $2 of this machine is visible" >&2
}

scratch=$(mktemp -d)
mount -t tmpfs -o mode=755 none "$scratch"
mkdir "$scratch/empty"

# Settings of pip, pipward, git and the shells. (A copy: tests make files below /etc.)
cp -a /etc "$scratch/etc"
(
  cd "$scratch/etc"
  rm -rf pipward pip.conf xdg/pip gitconfig npmrc profile.d fish/conf.d
  # Tests put a policy into a file system of their own here.
  mkdir pipward profile.d
)
cover "$scratch/etc" /etc

# Installations of pipward and of packages for all users, and headers that builds ask for.
system=
[ ! -x /usr/bin/python3 ] || system=$(readlink -f /usr/bin/python3)
for folder in /usr/local/lib/pipward /usr/include/postgresql ${system:+/usr/local/lib/python*/dist-packages} \
  /usr/local/opt /opt/homebrew /home/linuxbrew; do
  case $1 in "$folder"/*) continue ;; esac
  [ ! -d "$folder" ] || cover "$scratch/empty" "$folder"
done

# fish starts a Python there, in the background, that reads all manual pages for a minute in each new home.
[ ! -d /usr/share/fish/tools ] || cover "$scratch/empty" /usr/share/fish/tools

# Whether pipward or pip look for a program of that name.
is_looked_for() {
  case ${1##*/} in
    virtualenv* | pipenv* | poetry* | hatch | pdm | uv | uvx | rye | pixi | tox* | nox* | conda* | mamba | micromamba) ;;
    pyenv | asdf | mise | rtx | pipward | easy_install* | cargo | rustc | pg_config) ;;
    # pip asks it at each install what system this is (`distro`), which starts ten programs; /etc/os-release says the same.
    lsb_release) ;;
    python | python[23]* | pip | pip[23]*)
      # Where the system has no Python of its own, another is all that there is.
      [ -n "$system" ] || return 1
      case $1 in
        /usr/bin/python3) return 1 ;;
        /usr/bin/python3*) [ "$(readlink -f "$1")" != "$system" ] ;;
        /usr/bin/pip*) return 1 ;;
      esac
      ;;
    *) return 1 ;;
  esac
}

# A view of each folder of programs that lacks these. Without overlayfs something that is not a program takes their place,
# but for a second name of the system's Python, which that would hide, too.
for folder in /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin; do
  mkdir -p "$scratch$folder/upper" "$scratch$folder/work"
  view=lowerdir=$folder,upperdir=$scratch$folder/upper,workdir=$scratch$folder/work
  hide='rm -f'
  mount -t overlay -o "$view" none "$folder" 2>/dev/null || hide='cover /dev/null'
  for program in "$folder"/*; do
    is_looked_for "$program" || continue
    [ "$hide" = 'rm -f' ] || [ "$(readlink -f "$program")" != "$system" ] || continue
    $hide "$program"
  done
done

# What is covered stays so.
umount -l "$scratch"
rmdir "$scratch"

[ -z "${TESTS_EMPTY_TMP-}" ] || cover "$TESTS_EMPTY_TMP" /tmp

if [ -z "${TESTS_EMPTY_ROOT-}" ]; then
  PATH=$before
  exec "$@"
fi
mount -t tmpfs -o mode=755 none "$TESTS_EMPTY_ROOT"
for folder in /*; do
  if [ -L "$folder" ]; then
    cp -P "$folder" "$TESTS_EMPTY_ROOT/"
  elif [ -d "$folder" ]; then
    mkdir "$TESTS_EMPTY_ROOT$folder"
    mount --rbind "$folder" "$TESTS_EMPTY_ROOT$folder"
  fi
done
# shellcheck disable=SC2016 # expanded by the inner sh
exec chroot "$TESTS_EMPTY_ROOT" /bin/sh -c 'cd "$1" && PATH=$2 && shift 2 && exec "$@"' sh "$PWD" "$before" "$@"
