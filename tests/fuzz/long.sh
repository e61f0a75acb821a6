#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzzes the scenario loader, then the core with random operations, each for a long time (seconds; ten minutes if
# nothing is said).
#   tests/fuzz/long.sh [SECONDS] [BUILD-DIRECTORY]
set -eu

seconds=${1:-600}
here=$(cd "$(dirname "$0")" && pwd)
build=${2:-}
made=
if [ -z "$build" ]; then
  made=$(mktemp -d)
  trap 'rm -rf "$made"' EXIT
  build=$made/build
fi
[ -d "$build" ] || CC=clang meson setup "$build" "$here/../.." -Dgui=false > "$here/setup.log" 2>&1 ||
  { cat "$here/setup.log"; rm -f "$here/setup.log"; exit 1; }
rm -f "$here/setup.log"
ninja -C "$build" tests/fuzz/fuzz-scenario tests/fuzz/fuzz-operations
"$here/run.sh" "$build/tests/fuzz/fuzz-scenario" "$seconds"
"$build/tests/fuzz/fuzz-operations" "$seconds" "$(date +%s)"
