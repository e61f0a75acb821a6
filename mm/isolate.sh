#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# isolate.sh OUTPUT.a INPUT.a RENAMES LD OBJCOPY AR GLOBAL...
#
# Makes one object of all of INPUT.a, renames symbols as the file RENAMES says
# (lines "old new") and lets only the symbols named GLOBAL be seen from
# outside, so that several builds of the same sources fit into one program.
set -eu

output=$1 input=$2 renames=$3 ld=$4 objcopy=$5 ar=$6
shift 6

object=${output%.a}.o
"$ld" -r --whole-archive "$input" -o "$object"
"$objcopy" --redefine-syms="$renames" "$object"
for symbol; do
	set -- "$@" "--keep-global-symbol=$symbol"
	shift
done
"$objcopy" "$@" "$object"
rm -f "$output"
"$ar" rcs "$output" "$object"
rm -f "$object"
