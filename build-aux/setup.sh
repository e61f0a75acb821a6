# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What build-aux/run and build-aux/test have in common; sourced by both.
#
#   pgw_install KIND...    installs the Debian packages of those kinds that are missing
#   pgw_build_dir NAME     prints a build folder for this user, in the checkout where that is possible

pgw_top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

pgw_say () {
  printf 'pagewalk: %s\n' "$*" >&2
}

pgw_die () {
  pgw_say "$*"
  exit 2
}

pgw_as_root () {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    pgw_die "this must be done as root, and there is no sudo: $*"
  fi
}

pgw_install () {
  missing=
  for kind in "$@"; do
    while IFS='	' read -r when package; do
      [ "$when" = "$kind" ] || continue
      case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
        'install ok installed') ;;
        *) missing="$missing $package" ;;
      esac
    done < "$pgw_top/build-aux/packages"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null 2>&1 || pgw_die "these Debian packages are missing, and there is no apt-get:$missing"
  pgw_say "installing:$missing"
  log=$(mktemp)
  pgw_apt update -qq >"$log" 2>&1 </dev/null ||
    pgw_say "apt-get update failed; trying with the lists at hand"
  # shellcheck disable=SC2086 # a list
  if ! pgw_apt install -y -qq --no-install-recommends $missing >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    pgw_die "apt-get could not install:$missing"
  fi
  rm -f "$log"
}

pgw_apt () {
  pgw_as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 "$@"
}

pgw_build_dir () {
  dir=$pgw_top/_build/$1
  if mkdir -p "$dir" 2>/dev/null && [ -w "$dir" ] && [ -O "$dir" ]; then
    printf '%s\n' "$dir"
  else
    dir=${XDG_CACHE_HOME:-$HOME/.cache}/pagewalk/$1
    mkdir -p "$dir" || pgw_die "cannot make a build folder: neither $pgw_top/_build/$1 nor $dir"
    printf '%s\n' "$dir"
  fi
}

# pgw_configure DIR ARG...: sets up or brings up to date a build folder.
pgw_configure () {
  dir=$1
  shift
  if [ -f "$dir/build.ninja" ] && [ -f "$dir/.pagewalk-args" ] &&
     [ "$(cat "$dir/.pagewalk-args")" = "$pgw_top $*" ]; then
    return 0
  fi
  rm -rf -- "$dir"
  mkdir -p "$dir"
  meson setup "$dir" "$pgw_top" "$@" >"$dir.log" 2>&1 || {
    cat "$dir.log" >&2
    return 1
  }
  printf '%s' "$pgw_top $*" > "$dir/.pagewalk-args"
}
