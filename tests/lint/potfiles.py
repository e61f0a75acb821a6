# SPDX-License-Identifier: GPL-2.0-or-later
"""Every file with a text for people is listed for translation, and every listed file exists."""
import os
import re
import sys

import tree

# As build-aux/update-po looks for them.
MARKED_C = re.compile(r'\b(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext) ?\(')
MARKED_XML = re.compile(r'translatable="(?:yes|true)"')


def has_texts(root, path):
    if path.split(os.sep)[0] in ('mm', 'tests', 'po', 'docs', 'build-aux'):
        return False
    if path.endswith(('.c', '.def')):
        return bool(MARKED_C.search(tree.read(root, path)))
    if path.endswith('.ui'):
        return bool(MARKED_XML.search(tree.read(root, path)))
    return path.endswith(('.desktop.in', '.metainfo.xml.in', '.gschema.xml'))


def main():
    root = sys.argv[1]
    potfiles = os.path.join('po', 'POTFILES')
    if not os.path.exists(os.path.join(root, potfiles)):
        potfiles += '.in'
    listed = {}
    for number, line in enumerate(tree.read(root, potfiles).split('\n'), 1):
        line = line.split('#')[0].strip()
        if line:
            listed[os.path.normpath(line)] = number

    problems = []
    files = [path for path in tree.source_files(root) if has_texts(root, path)]
    for path in files:
        if path not in listed:
            problems.append(f'{potfiles}: {path} has texts for people and is not listed')
    for path, number in listed.items():
        if not os.path.exists(os.path.join(root, path)):
            problems.append(f'{potfiles}:{number}: {path} does not exist')
    tree.finish(problems, len(files) + len(listed))


main()
