# SPDX-License-Identifier: GPL-2.0-or-later
#
# Puts "call mm_line" where a source line begins, into the assembly output of
# gcc or clang for x86-64. A line begins at each .loc directive that is marked
# as the beginning of a statement; the lines called are those at which a
# debugger's `step` stops:
#
# - not at the first .loc of a function, which stands before the prologue
#   (clang marks the first one behind it, which counts);
# - not where the same line goes on in another column, unless a jump target or
#   a call came in between.
#
# Functions named in the variable `except` (separated by blanks) are left
# alone: the ones that announce their stores in bulk.

BEGIN {
	split(except, names, " ")
	for (i in names)
		excepted[names[i] ":"] = 1
}

/^[A-Za-z_][A-Za-z0-9_.]*:/ { quiet = ($1 in excepted) }
/^\.LFB[0-9]+:/ { before_prologue = 1; clang = 0; last = "" }
/^\.Lfunc_begin[0-9]+:/ { before_prologue = 1; clang = 1; last = "" }
/^\.L(BB)?[0-9_]+:/ { last = "" }
/^\tcall/ { last = "" }

{ print }

/^\t\.loc[\t ]/ && !quiet {
	if ($0 ~ /is_stmt 0/ || $3 == 0)
		next
	if (before_prologue) {
		if (!clang) {
			before_prologue = 0
			next
		}
		if ($0 !~ /prologue_end/)
			next
		before_prologue = 0
	}
	if ($2 " " $3 == last)
		next
	last = $2 " " $3
	print "\tcall\tmm_line"
}
