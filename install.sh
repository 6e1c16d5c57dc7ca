#!/bin/sh
# Builds pipward if need be and sets it up for the current user. Everything is in functions, and only the last line calls
# one, so that a file that was cut off does nothing. Never asks for root.
# shellcheck shell=dash
set -u
# bash, started as sh, takes functions and a limit of nested ones from the environment.
case ${BASH_VERSION-} in
  ?*) unset -f [ apk brew cd command dirname exec npm printf pwd readlink uname ;;
esac
FUNCNEST=500
unset FUNCNEST

readonly NEEDED=20.19

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

show_help() {
  say "Usage: ./install.sh [--prefix DIR | --system] [--yes] [--[no-]in-environments]
                    [--no-modify-path] [--no-links] [--ci] [--dry-run]
       ./install.sh --uninstall [--prefix DIR | --system] [--yes] [--dry-run]

Puts pipward's pip first on your PATH. Needs Node.js $NEEDED or later, unless this is an archive with a Node.js of its own;
installs into one folder and changes your startup files, unless --system is given.

  --prefix DIR      install into DIR (default: \$PIPWARD_HOME, else ~/.local/share/pipward)
  --system          for all users of this machine: /usr/local/lib/pipward, links in /usr/local/bin, /etc/profile.d; run
                    it as root, with a Node that only root can change
  --in-environments
                    pip is pipward inside active environments, too, in bash, zsh and fish; later runs keep this
  --no-in-environments
                    take that back
  --yes             do not ask before anything is changed; without a terminal nothing is asked
  --no-modify-path  leave the startup files of your shells alone, and make no links
  --ci              in a job of a CI system: for its later steps (GITHUB_PATH), or prints the line for PATH
  --no-links        with --system: make no links in /usr/local/bin
  --dry-run         show what would be changed, change nothing
  --uninstall       remove what setup installed, and pipward's records of messages and trust
  --help            print this"
}

# Sets `action`, `prefix` and `system`, and `args` to the other options for setup or unsetup.
read_arguments() {
  action=setup
  prefix=
  system=
  args=
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h)
        show_help
        exit 0
        ;;
      --uninstall) action=unsetup ;;
      --yes | -y) args="$args --yes" ;;
      --no-modify-path | --no-links | --ci | --dry-run | --in-environments | --no-in-environments) args="$args $1" ;;
      --system)
        args="$args $1"
        system=/usr/local/lib/pipward
        ;;
      --prefix)
        [ $# -ge 2 ] || fail '--prefix needs a folder' 2
        prefix=$2
        [ -n "$prefix" ] || fail '--prefix needs a folder' 2
        shift
        ;;
      --prefix=?*) prefix=${1#--prefix=} ;;
      *)
        printf 'install.sh: unknown argument: %s\n\n' "$1" >&2
        show_help >&2
        exit 2
        ;;
    esac
    shift
  done
}

# Whether this is an archive with a Node of its own. (In an installation it may be a link to another one.)
has_own_node() {
  [ -f "$here/node" ] && [ ! -L "$here/node" ]
}

# Sets `node` to an absolute path, or to nothing. The one of an archive takes precedence: pipward was tried with it.
find_node() {
  if has_own_node; then
    node=$here/node
    return
  fi
  node=$(command -v node) || node=
  case $node in
    /*) ;;
    *) node= ;;
  esac
}

# Whether root installs for all users: a program that is run then must be root's own.
is_for_all() {
  [ -n "$system" ] && [ "$(command -p id -u)" = 0 ]
}

# Sets `exposed` to why others than root could change the program $1, or put another in its place; to nothing if they could
# not. As src/host/files/ownership.ts: each folder on the way, each link and what it leads to. Nothing is started to find out.
find_exposure() {
  exposed=
  reached=
  links=0
  left=${1#/}
  judge_path /
  while [ -z "$exposed" ] && [ -n "$left" ]; do
    part=${left%%/*}
    case $left in
      */*) left=${left#*/} ;;
      *) left= ;;
    esac
    case $part in
      '' | .) continue ;;
      ..)
        reached=${reached%/*}
        continue
        ;;
    esac
    judge_path "$reached/$part"
    if [ ! -L "$reached/$part" ]; then
      reached=$reached/$part
      continue
    fi
    links=$((links + 1))
    [ "$links" -le 40 ] || exposed="$1 leads through too many links"
    # The mark keeps line feeds at the end of a name.
    target=$(command -p readlink "$reached/$part" && printf .) || exposed="the link $reached/$part cannot be read"
    target=${target%??}
    case $target in
      /*) reached= ;;
    esac
    left=$target/$left
  done
}

# Sets `exposed` to what is wrong with one path; a link's own permissions mean nothing. (The list has the mode first, the
# owner's number third; a sticky folder in which all may make files must not hold a program of root's.)
judge_path() {
  listed=$(LC_ALL=C command -p ls -ldn -- "$1" 2>/dev/null) || {
    exposed="$1 cannot be looked at"
    return
  }
  bits=${listed%% *}
  # Split on purpose: the numbers come before the name.
  # shellcheck disable=SC2086
  group=$(
    set -f
    set -- $listed
    printf '%s' "$3:$4"
  )
  owner=${group%:*}
  group=${group#*:}
  if [ "$owner" != 0 ]; then
    exposed="$1 belongs to user $owner"
  else
    case $bits in
      l*) ;;
      ?????w??-*) if ! is_empty_staff "$group"; then exposed="$1 can be written by other users ($bits)"; fi ;;
      ?????w* | ????????w*) exposed="$1 can be written by other users ($bits)" ;;
    esac
  fi
}

# Whether the group of number $1 is Debian's group staff, to which it gives /usr/local, and no user but root is in it.
is_empty_staff() {
  [ "$1" = 50 ] || return 1
  if [ -x /usr/bin/getent ]; then
    members=$(/usr/bin/getent group 50) || return 1
  else
    members=$(command -p grep '^[^:]*:[^:]*:50:' /etc/group) || return 1
  fi
  case $members in
    staff:*:50: | staff:*:50:root) ;;
    *) return 1 ;;
  esac
  ! command -p grep -q '^[^:]*:[^:]*:[1-9][0-9]*:50:' /etc/passwd
}

refuse_exposed() {
  find_exposure "$1"
  [ -z "$exposed" ] || fail "$1 would $2, but $exposed. Nothing was run or changed: $3"
}

# Runs a command without what may change every Node program: NODE_OPTIONS may load anything.
plainly() (
  unset NODE_OPTIONS
  exec "$@"
)

check_node() {
  find_node
  if [ -z "$node" ]; then
    explain_node 'Node.js was not found on PATH'
  fi
  if is_for_all; then
    if has_own_node; then
      fix='unpack the archive as root (tar --no-same-owner) into a folder that only root can change (/usr/local/src, say), and run this there'
    else
      fix='put a Node.js first on PATH that only root can change (/usr/bin/node of a system package, say)'
    fi
    refuse_exposed "$node" "run as root now and as each user's pip later" "$fix"
  fi
  if has_own_node; then
    check_own_node
    return
  fi
  # Starts no JavaScript, which takes five times as long.
  version=$(plainly "$node" --version 2>/dev/null) || explain_node "$node does not run"
  version=${version#v}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case $major$minor in
    '' | *[!0-9]*) explain_node "$node does not say its version" ;;
  esac
  if [ "$major" -lt "${NEEDED%.*}" ] || { [ "$major" -eq "${NEEDED%.*}" ] && [ "$minor" -lt "${NEEDED#*.}" ]; }; then
    explain_node "$node is version $version"
  fi
}

# Fails, with the reason, if the Node of this archive does not run. Another one is not taken in its place unasked.
check_own_node() {
  why=$(plainly "$node" --version 2>&1 >/dev/null) && return 0
  {
    say "install.sh: the Node.js of this archive does not run on this machine ($(uname -sm)):"
    say "    ${why:-$node ended without a message}"
    say
    case $why in
      *libatomic*)
        say 'It needs a library that is missing here:'
        say '    sudo apt-get install libatomic1     (Debian, Ubuntu)'
        say '    sudo dnf install libatomic          (Fedora, RHEL)'
        ;;
      *)
        say "Take the archive for this machine. Systems with musl (Alpine), or with a glibc before 2.28, need a Node.js"
        say "of their own ($NEEDED or later), and pipward's npm archive: npm install -g pipward-VERSION.tgz; pipward setup"
        ;;
    esac
    say
    say 'Nothing was changed.'
  } >&2
  exit 1
}

# Prints how this system's package manager installs Node.js; nothing if no known one is there.
list_node_packages() {
  if [ "$(uname -s)" = Darwin ]; then
    if command -v brew >/dev/null 2>&1; then
      say '    brew install node'
    else
      say '    download the installer for macOS from https://nodejs.org/en/download and open it'
    fi
  elif command -v apk >/dev/null 2>&1; then
    say '    apk add nodejs npm                  (as root; Alpine 3.21 and later)'
  elif command -v dnf >/dev/null 2>&1; then
    say '    sudo dnf install nodejs npm         (Fedora)'
    say '    sudo dnf module install nodejs:22   (RHEL 9 and similar)'
  elif command -v pacman >/dev/null 2>&1; then
    say '    sudo pacman -S nodejs npm'
  elif command -v zypper >/dev/null 2>&1; then
    say '    sudo zypper install nodejs22 npm22'
  elif command -v apt-get >/dev/null 2>&1; then
    say '    sudo apt-get install nodejs npm     (Debian 13, Ubuntu 25.10 and later; older ones have an older Node.js)'
  fi
}

explain_node() {
  {
    say "install.sh: $1; pipward needs Node.js $NEEDED or later."
    say
    hint=$(list_node_packages)
    if [ -n "$hint" ]; then
      say 'To get it:'
      say "$hint"
      say 'or, anywhere, without root, with nvm (https://github.com/nvm-sh/nvm):'
    else
      say 'To get it without root, with nvm (https://github.com/nvm-sh/nvm):'
    fi
    say '    curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.3/install.sh | bash'
    say '    nvm install 22                      (in a new terminal)'
    say
    say 'Then run this again.'
  } >&2
  exit 1
}

# True if everything is built, from nothing newer. A package without sources has nothing newer.
is_built() {
  for built in call.cjs warm-up.cjs watch.cjs reporter.cjs recorder.cjs admin.cjs shim.cjs; do
    [ -f "$here/dist/$built" ] || return 1
    [ -d "$here/src" ] || continue
    newer=$(
      cd "$here" &&
        find src docs/diagnostics docs/policy.schema.json build.mjs package.json package-lock.json -type f -newer "dist/$built" 2>/dev/null
    )
    [ -z "$newer" ] || return 1
  done
}

build() {
  command -v npm >/dev/null 2>&1 || fail 'npm was not found on PATH: building needs it (it comes with Node.js; on Debian and Ubuntu: sudo apt-get install npm)'
  cd "$here" || fail "cannot change to $here"
  if is_for_all; then
    refuse_exposed "$(command -v npm)" 'run as root to build' 'run npm ci and npm run build as yourself first'
  fi
  if [ ! -x node_modules/.bin/esbuild ]; then
    say 'Fetching what the build needs (npm ci) ...'
    output=$(plainly npm ci --include=dev --no-audit --no-fund 2>&1) || fail "npm ci failed:
$output"
  fi
  say 'Building (npm run build) ...'
  output=$(plainly npm run build 2>&1) || fail "npm run build failed:
$output"
}

# Goes on as Node, with the given program and the arguments that are left.
run_admin() {
  admin=$1
  # Split on purpose: these are plain words.
  # shellcheck disable=SC2086
  set -- "$action" $args
  [ -z "$prefix" ] || set -- "$@" --prefix="$prefix"
  # NODE_EXTRA_CA_CERTS costs time at every start, and nothing is fetched from here on.
  unset NODE_OPTIONS NODE_EXTRA_CA_CERTS
  exec "$node" "$admin" "$@"
}

# Sets `installed` to where setup would have installed.
find_installed() {
  installed=${prefix:-$system}
  [ -n "$installed" ] || installed=${PIPWARD_HOME-}
  if [ -z "$installed" ]; then
    case ${XDG_DATA_HOME-} in
      /*) installed=$XDG_DATA_HOME/pipward ;;
      *) installed=$HOME/.local/share/pipward ;;
    esac
  fi
}

uninstall() {
  find_installed
  find_node
  if [ -n "$node" ] && is_for_all; then
    find_exposure "$node"
    if [ -n "$exposed" ]; then node=; fi
  fi
  [ -n "$node" ] || [ ! -x "$installed/node" ] || node=$installed/node
  if [ -n "$node" ] && is_for_all; then
    find_exposure "$node"
    if [ -n "$exposed" ]; then
      say "install.sh: $node is not run as root: $exposed" >&2
      node=
    fi
  fi
  if [ -n "$node" ]; then
    for admin in "$here/dist/admin.cjs" "$installed/dist/admin.cjs"; do
      if [ -f "$admin" ]; then run_admin "$admin"; fi
    done
  fi
  {
    say 'install.sh: there is no Node.js, or no built pipward, that could do it. By hand:'
    say
    say '1. In ~/.bashrc, ~/.bash_profile, ~/.bash_login, ~/.profile, ~/.zshenv, ~/.zshrc, ~/.zprofile, ~/.tcshrc, ~/.cshrc'
    say '   and ~/.login (with --system: /etc/profile.d/pipward.sh), each if it is there, delete the lines from'
    say '       # >>> pipward >>>'
    say '   to'
    say '       # <<< pipward <<<'
    say '2. Delete ~/.config/fish/conf.d/pipward.fish (with --system: /usr/share/fish/vendor_conf.d/pipward.fish), if it is'
    say '   there.'
    say "3. Delete the folder $installed"
    say '4. Delete the folder ~/.local/state/pipward, if it is there.'
    say '5. With --system: delete the links pip, pip3, pip3.X and pipward in /usr/local/bin that led into the folder of step 3.'
  } >&2
  exit 1
}

# Sets `here` to the folder of this file, links followed: what is built and fetched is so in that folder and in no other.
find_here() {
  self=$0
  while [ -L "$self" ]; do
    link=$(readlink "$self") || fail "the link $self cannot be read"
    case $link in
      /*) self=$link ;;
      *) self=$(dirname -- "$self")/$link ;;
    esac
  done
  here=$(CDPATH='' cd -P -- "$(dirname -- "$self")" && pwd -P) || fail "the folder of $self cannot be entered"
}

# Takes relative and empty entries out of PATH: they would let the current directory choose the programs that run here.
drop_relative_entries() {
  rest=${PATH:-/usr/local/bin:/usr/bin:/bin}:
  # shellcheck disable=SC2123 # it is the search path
  PATH=
  while [ -n "$rest" ]; do
    case ${rest%%:*} in
      /*) PATH=$PATH${PATH:+:}${rest%%:*} ;;
    esac
    rest=${rest#*:}
  done
  PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
}

main() {
  drop_relative_entries
  read_arguments "$@"
  [ -n "${HOME-}" ] || fail 'HOME is not set: set it to your home directory, for instance HOME=/home/you ./install.sh'
  find_here
  if [ "$action" = unsetup ]; then uninstall; fi
  [ -f "$here/shims/pip" ] || fail "$here is not pipward's folder: run install.sh by its path, in a checkout or an unpacked archive"
  check_node
  if ! is_built; then
    # With --ci stdout is for the shell.
    case $args in
      *--ci*) (build) >&2 || exit 1 ;;
      *) (build) || exit 1 ;;
    esac
  fi
  run_admin "$here/dist/admin.cjs"
}

main "$@"
