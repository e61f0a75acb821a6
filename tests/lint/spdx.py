# SPDX-License-Identifier: GPL-2.0-or-later
"""Every source file says its licence in the first lines, and every C file its idea after that."""
import os
import re
import sys

import tree

LICENCE = 'SPDX-License-Identifier: GPL-2.0-or-later'
SOURCES = {'.c', '.h', '.def', '.py', '.sh', '.awk', '.ui', '.css', '.build', '.js'}


def is_source(root, path):
    extension = os.path.splitext(path)[1]
    if extension in SOURCES or os.path.basename(path) in ('meson.build', 'meson_options.txt'):
        return True
    return not extension and tree.read(root, path).startswith('#!')


def check(root, path):
    text = tree.read(root, path)
    head = '\n'.join(text.split('\n', 5)[:5])
    if LICENCE not in head:
        yield f'{path}:1: no "{LICENCE}" in the first five lines'
    elif os.path.splitext(path)[1] in ('.c', '.h', '.def'):
        rest = text.split(LICENCE, 1)[1].removeprefix(' */').lstrip()
        comment = re.match(r'/\*.*?\*/|(//[^\n]*\n)+|\* ', rest, re.S)
        if not comment or len(comment.group(0)) < 20:
            yield f'{path}:2: no comment at the head that says what the file is for'


def main():
    root = sys.argv[1]
    files = [path for path in tree.source_files(root) if is_source(root, path)]
    tree.finish([problem for path in files for problem in check(root, path)], len(files))


main()
