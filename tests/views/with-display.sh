#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command on a display and a session bus of its own. Needs no display;
# fails where Xvfb or dbus-run-session is missing.
#
#   with-display.sh [-s WIDTHxHEIGHT] COMMAND...
set -eu

size=1600x1000
if [ "${1:-}" = -s ]; then
  size=$2
  shift 2
fi

for tool in Xvfb dbus-run-session; do
  command -v "$tool" >/dev/null || { echo "$0: $tool is not installed" >&2; exit 1; }
done

home=$(mktemp -d)
server=
cleanup () {
  [ -z "$server" ] || kill "$server" 2>/dev/null || :
  [ -z "$server" ] || wait "$server" 2>/dev/null || :
  rm -rf -- "$home"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# The server chooses a free display and tells its number.
mkfifo "$home/display"
Xvfb -displayfd 3 -screen 0 "${size}x24" -nolisten tcp -noreset 3>"$home/display" >"$home/xvfb.log" 2>&1 &
server=$!
number=
read -r number <"$home/display" || :
[ -n "$number" ] || { echo "$0: Xvfb did not start:" >&2; cat "$home/xvfb.log" >&2; exit 1; }

# Nothing of the user's: no settings, no caches, no other display.
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS || :
mkdir -p "$home/run" "$home/config" "$home/data" "$home/cache"
chmod 700 "$home/run"
export DISPLAY=":$number" HOME="$home" XDG_RUNTIME_DIR="$home/run" XDG_CONFIG_HOME="$home/config" \
  XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache"
export GDK_BACKEND=x11 GDK_DEBUG=gl-disable GSK_RENDERER=cairo GSETTINGS_BACKEND=memory NO_AT_BRIDGE=0

# What the bus and the services it starts say goes to a log, not into the test's output.
# shellcheck disable=SC2016
dbus-run-session -- sh -c 'exec "$@" >&4 2>&5 4>&- 5>&-' sh "$@" 4>&1 5>&2 >"$home/bus.log" 2>&1
