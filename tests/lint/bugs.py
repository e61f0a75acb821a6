# SPDX-License-Identifier: GPL-2.0-or-later
"""Every check of the core that may report a bug has its text in mm/bugs.def, and every text there belongs to one."""
import os
import re
import sys

import tree

ASSERTION = re.compile(r'^\s+(VM_BUG_ON(?:_PAGE)?)\((.*)\);$', re.M)
REPORT = re.compile(r'\b(?:bad_page|list_corrupted|(?:report_)?slab_error|vm_bug)\([^;"]*"([^"]+)"\)')
CHECK = re.compile(r'\bcheck_bytes\(s, object, "([^"]+)"|\bfound\([^;"]*"([^"]+)"\)')
REASON = re.compile(r'"([^"]+)"')
LISTED = re.compile(r'^BUG\("(.+)"\)$', re.M)


def texts_of(source):
    for name, arguments in ASSERTION.findall(source):
        condition = arguments.rsplit(',', 1)[0] if name == 'VM_BUG_ON_PAGE' else arguments
        yield f'{name}({condition})'
    yield from REPORT.findall(source)
    for first, second in CHECK.findall(source):
        yield first or second
    for body in re.findall(r'^static const char \*\w*bad_reason\(.*?^}', source, re.M | re.S):
        yield from REASON.findall(body)


def main():
    root = sys.argv[1]
    listed = LISTED.findall(tree.read(root, os.path.join('mm', 'bugs.def')))
    used = {}
    for path in tree.source_files(root):
        if os.path.dirname(path) == 'mm' and path.endswith(('.c', '.h')):
            for text in texts_of(tree.read(root, path)):
                used.setdefault(text, path)

    problems = [f'mm/bugs.def: “{text}” is listed twice' for text in set(listed) if listed.count(text) > 1]
    problems += [f'{path}: “{text}” is not in mm/bugs.def' for text, path in used.items() if text not in listed]
    problems += [f'mm/bugs.def: nothing in the core reports “{text}”' for text in listed if text not in used]
    tree.finish(problems, len(used))


main()
