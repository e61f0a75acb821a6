#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the fuzzer for some seconds on a throw-away copy of the seeds.
#   run.sh FUZZER SECONDS [JOBS]
set -eu

fuzzer=$1
seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/corpus" "$work/found"
cp "$top"/data/scenarios/*.json "$top"/tests/scenarios/broken/*.json "$here"/seeds/* "$work/corpus/"
rm -f "$work"/corpus/syntax-very-deep.json

status=0
LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_stack_use_after_return=0 "$fuzzer" \
  -dict="$here/scenario.dict" -max_len=8192 -timeout=20 -rss_limit_mb=3000 \
  -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
  -artifact_prefix="$work/found/" "$work/corpus" || status=$?

# What was found is kept where the person who started this can see it.
for file in "$work"/found/*; do
  if [ -e "$file" ]; then
    cp "$file" .
    echo "kept: $(pwd)/$(basename "$file")"
  fi
done
exit "$status"
