# SPDX-License-Identifier: GPL-2.0-or-later
"""The core includes no header of a C library, and nothing from outside mm/."""
import os
import re
import sys

import tree

FREESTANDING = {'stdarg.h', 'stdbool.h', 'stddef.h', 'stdint.h'}


def check(root, path):
    for number, line in enumerate(tree.read(root, path).split('\n'), 1):
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]*)[>"]', line)
        if not include:
            continue
        kind, name = include.groups()
        if kind == '<' and name not in FREESTANDING:
            yield f'{path}:{number}: <{name}> is not one of {", ".join(sorted(FREESTANDING))}'
        if kind == '"':
            beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
            below = os.path.join('mm', name)
            if not any(p.startswith('mm' + os.sep) and os.path.exists(os.path.join(root, p))
                       for p in (beside, below)):
                yield f'{path}:{number}: "{name}" is not a file of mm/'


def main():
    root = sys.argv[1]
    files = [path for path in tree.source_files(root)
             if path.startswith('mm' + os.sep) and path.endswith(('.c', '.h', '.def'))]
    tree.finish([problem for path in files for problem in check(root, path)], len(files))


main()
