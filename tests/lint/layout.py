# SPDX-License-Identifier: GPL-2.0-or-later
"""How C is laid out where a tool can tell: the kernel's way in mm/, GTK's way in src/ and tests/.

Both: no blanks at the end of a line, lines of at most 140 columns (but one that is nearly all text in quotes), files of
bounded length. mm/: lines are indented by tabs, no blank between a function's name and its arguments. src/, tests/: no tabs,
such a blank, but none behind _ and its like.

Where lines are broken, and how the names of parameters and fields are aligned, is left to people: clang-format knows
neither GTK's columns nor when a table reads better in rows, and would change every second file.
"""
import os
import re
import sys

import tree

COLUMNS = 140
TAB = 8
MAX_LINES = {'mm': 1000, 'src': 600}
TRANSLATIONS = r'_|N_|C_|Q_|NC_'
NO_CALLS = TRANSLATIONS + r'|__attribute__|__asm__|defined'
KEYWORDS = r'if|for|while|switch|return|sizeof|else|case|do|defined|_Alignof|__attribute__|__asm__|__typeof__'

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
QUOTED = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'')


def without_text(source):
    """The source with comments and what is quoted made blank, line by line as long as before."""
    source = QUOTED.sub(lambda m: m.group(0)[0] + 'x' * (len(m.group(0)) - 2) + m.group(0)[-1], source)
    return COMMENT.sub(lambda m: re.sub(r'[^\n]', ' ', m.group(0)), source)


def too_long(line):
    quoted = sum(len(text) for text in QUOTED.findall(line))
    return len(line.expandtabs(TAB)) > COLUMNS and quoted < len(line) // 2


def kernel_line(line, code):
    if re.match(r' {8}', line) and line.strip() != '\\':
        yield 'indented by blanks instead of tabs'
    if not code.startswith('#') and re.search(rf'\b(?!(?:{KEYWORDS})\b)[a-z_]\w* \((?!\*)', code):
        yield 'a blank before the arguments of a function'


def gtk_line(line, code):
    if '\t' in line:
        yield 'a tab'
    macro = code.startswith('#') or code.endswith('\\')
    if not macro and re.search(rf'\b(?!(?:{NO_CALLS})\b)[a-z_]\w*\(', code):
        yield 'no blank before the arguments of a function'
    if re.search(rf'\b(?:{TRANSLATIONS}) \(', code):
        yield 'a blank behind the macro of a translation'


def check(root, path):
    source = tree.read(root, path)
    top = path.split(os.sep)[0]
    of_style = kernel_line if top == 'mm' else gtk_line
    lines, codes = source.split('\n'), without_text(source).split('\n')
    for number, (line, code) in enumerate(zip(lines, codes), 1):
        problems = list(of_style(line, code.rstrip()))
        if line != line.rstrip():
            problems.append('blanks at the end of the line')
        if too_long(line):
            problems.append(f'more than {COLUMNS} columns')
        for problem in problems:
            yield f'{path}:{number}: {problem}'
    if len(lines) - 1 >= MAX_LINES.get(top, sys.maxsize):
        yield f'{path}:{len(lines) - 1}: a file of {MAX_LINES[top]} lines or more'


def main():
    root = sys.argv[1]
    files = [path for path in tree.source_files(root)
             if path.endswith(('.c', '.h')) and path.split(os.sep)[0] in ('mm', 'src', 'tests')]
    tree.finish([problem for path in files for problem in check(root, path)], len(files))


main()
