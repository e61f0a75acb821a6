# SPDX-License-Identifier: GPL-2.0-or-later
#
# Puts "call mm_line" where a source line begins, into the assembly output of
# gcc or clang for x86-64. A line begins at a .loc directive marked as the
# beginning of a statement; the lines called are those at which gdb's `step`
# stops:
#
# - not at the first .loc of a function, which stands before the prologue
#   (clang marks the first one behind it, which counts);
# - not where the same line goes on: a debugger stops only when it has come to
#   another line than the one it stopped at last.
#
# Which line it stopped at last is followed through the jumps of a function:
# `now` is the set of lines it can be, "+" standing for one in another
# function: that is so behind a call, but only if a .loc comes right behind it
# (coming back into the middle of a line is to be in that line again).
#
# Where a .loc is reached by a jump from its own line and also otherwise (the
# condition of a `while`), the jumps from its own line are led past the call.
#
# Functions named in the variable `except` (separated by blanks) are left
# alone: the ones that announce their stores in bulk.

BEGIN {
	statement = 1
	split(except, names, " ")
	for (i in names)
		excepted[names[i]] = 1
	FS = "[ \t]+"
}

/^[A-Za-z_][A-Za-z0-9_.]*:/ { quiet = (substr($1, 1, length($1) - 1) in excepted) }
/^\.LFB[0-9]+:/ { begin(0) }
/^\.Lfunc_begin[0-9]+:/ { begin(1) }

{
	if (inside) {
		text[++n] = $0
		if ($0 ~ /^\t\.cfi_endproc/)
			finish()
	} else {
		print
	}
}

function begin(is_clang)
{
	inside = 1
	clang = is_clang
	n = 0
}

# gdb forgets rows that go on in the same line once one of them had a discriminator.
function is_recorded(i, words, discriminator, recorded)
{
	discriminator = text[i] ~ /discriminator [1-9]/
	if (words[4] != last_line)
		has_discriminator = discriminator
	else
		has_discriminator = has_discriminator || discriminator
	recorded = words[3] != last_file || words[4] != last_line || !has_discriminator
	last_file = words[3]
	last_line = words[4]
	return recorded
}

# What a line of assembly is: a jump label, an instruction (by kind), a .loc, or nothing that matters.
function classify(i, words, recorded)
{
	split(text[i], words, /[ \t,]+/)
	arg[i] = ""
	if (text[i] ~ /^\.L(BB)?[0-9_]+:/) {
		arg[i] = substr(words[1], 1, length(words[1]) - 1)
		return "label"
	}
	if (text[i] ~ /^\t\.loc[ \t]/) {
		recorded = is_recorded(i, words)
		if (text[i] ~ /is_stmt [01]/)	# holds until it is said again
			statement = text[i] ~ /is_stmt 1/
		arg[i] = words[3] ":" words[4]
		if (words[4] == 0)
			return ""
		if (!statement)
			return before_prologue || !recorded ? "" : "part"
		if (before_prologue && (!clang || text[i] !~ /prologue_end/)) {
			if (!clang)
				before_prologue = 0
			return ""
		}
		before_prologue = 0
		return recorded ? "loc" : ""
	}
	if (text[i] !~ /^\t[a-z]/)
		return ""
	arg[i] = words[3]
	if (words[2] ~ /^call/)
		return words[3] ~ /^(trace|mem_will_write|machine_stop|__asan_.*|mem(cpy|set|move)|clear_memory)(@PLT)?$/ ? "other" : "call"
	if (words[2] ~ /^jmp/)
		return words[3] ~ /^\.L/ ? "jmp" : "indirect"
	if (words[2] ~ /^j/)
		return "branch"
	return words[2] ~ /^ret/ ? "ret" : "other"
}

# Adds the elements of the set `more` to the set of a label; sets are texts " a b".
function lead(label, more, i, parts, count)
{
	count = split(more, parts, " ")
	for (i = 1; i <= count; i++)
		if (index(reaches[label] " ", " " parts[i] " ") == 0) {
			reaches[label] = reaches[label] " " parts[i]
			changed = 1
		}
}

# Whether a .loc comes before the next instruction.
function loc_follows(i)
{
	while (++i <= n && kind[i] != "loc" && kind[i] != "part")
		if (kind[i] != "" && kind[i] != "label")
			return 0
	return i <= n
}

# Whether what is at `i` is executed.
function is_instruction(i)
{
	return kind[i] != "" && kind[i] != "label" && kind[i] != "loc" && kind[i] != "part"
}

# Follows the set of lines through the function once.
function follow(i, now, row, inner, returned)
{
	now = " +"
	row = ""
	inner = returned = 0
	for (i = 1; i <= n; i++) {
		if (kind[i] == "label") {
			before[i] = now
			lead(arg[i], now)
			now = reaches[arg[i]] (arg[i] in target ? "" : indirect)
			if (row != "" && !loc_follows(i))
				now = " " row
		}
		# Within a .loc that begins no statement a debugger notices the line at its second instruction,
		# unless it came back there from a call.
		if (inner && is_instruction(i) && ++inner == 3) {
			now = " " row
			inner = 0
		}
		from[i] = now
		if (kind[i] == "loc" || kind[i] == "part") {
			inner = kind[i] == "part" && !returned
			row = arg[i]
			if (kind[i] == "loc")
				now = " " row
		}
		if (is_instruction(i))
			returned = 0
		if (kind[i] == "call")
			returned = 1
		if (kind[i] == "loc" || kind[i] == "part")
			continue
		if (kind[i] == "call")
			now = loc_follows(i) || row == "" ? " +" : " " row
		else if (kind[i] == "branch" || kind[i] == "jmp")
			lead(arg[i], now)
		else if (kind[i] == "indirect")
			indirect = now
		if (kind[i] == "jmp" || kind[i] == "indirect" || kind[i] == "ret")
			now = ""
	}
}

function finish(i, j, past)
{
	inside = 0
	before_prologue = 1
	indirect = ""
	split("", target)
	split("", reaches)
	for (i = 1; i <= n; i++)
		kind[i] = classify(i)
	for (i = 1; i <= n; i++)
		if (kind[i] == "branch" || kind[i] == "jmp")
			target[arg[i]] = 1
	do {
		changed = 0
		follow()
	} while (changed)

	split("", passes)
	split("", hooked)
	for (i = 1; i <= n && !quiet; i++) {
		if (kind[i] != "loc" || from[i] == " " arg[i])
			continue
		hooked[i] = 1
		if (index(from[i] " ", " " arg[i] " ") > 0)
			pass(i)
	}
	for (i = 1; i <= n; i++)
		write(i)
}

# The .loc `i` is reached from its own line and from others: its own line goes past the call.
function pass(i, j)
{
	hooked[i] = ".Lmm_past_" ++n_past
	for (j = i - 1; j > 0 && (kind[j] == "" || kind[j] == "label"); j--)
		if (kind[j] == "label") {
			passes[arg[j]] = hooked[i]
			line_of[arg[j]] = arg[i]
			if (before[j] == " " arg[i])
				jump_before[j] = hooked[i]
		}
}

function write(i)
{
	if (i in jump_before) {
		print "\tjmp\t" jump_before[i]
		delete jump_before[i]
	}
	if ((kind[i] == "jmp" || kind[i] == "branch") && arg[i] in passes && from[i] == " " line_of[arg[i]])
		sub(/\.L[A-Za-z0-9_]+/, passes[arg[i]], text[i])
	print text[i]
	if (i in hooked) {
		print "\tcall\tmm_line"
		if (hooked[i] != 1)
			print hooked[i] ":"
	}
}
