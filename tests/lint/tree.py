# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lints share: the source files of the tree, and how a failure is reported."""
import os
import sys

SKIPPED_DIRECTORIES = {'.git', '.cache', '__pycache__', 'subprojects'}


def source_files(root):
    """Every file of the tree, relative to its root, without build directories."""
    for directory, subdirectories, files in os.walk(root):
        if 'meson-private' in subdirectories:  # a build directory inside the tree
            subdirectories[:] = []
            continue
        subdirectories[:] = sorted(d for d in subdirectories if d not in SKIPPED_DIRECTORIES)
        for name in sorted(files):
            path = os.path.join(directory, name)
            if not os.path.islink(path):
                yield os.path.relpath(path, root)


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as file:
        return file.read()


def finish(problems, checked):
    """Prints the problems like a compiler and ends the program."""
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f'{checked} checked, {len(problems)} problems')
    if not checked:
        print('nothing was checked: the lint looks in the wrong place', file=sys.stderr)
    sys.exit(1 if problems or not checked else 0)
