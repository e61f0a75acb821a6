# SPDX-License-Identifier: GPL-2.0-or-later
"""No text for people is put together with a macro that xgettext does not know: it would cut the text there."""
import re
import sys

import tree

# The first argument of a marked text, as far as its string literals and macros reach.
LITERAL = r'"(?:[^"\\]|\\.)*"'
MARKED = re.compile(r'\b(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext) ?\(\s*((?:' + LITERAL + r'|\w+|,|\s)+)')
TOKEN = re.compile(LITERAL + r'|\w+|,')
# What <inttypes.h> defines is understood; so is the domain before the text.
KNOWN = re.compile(r'PRI[diouxX](?:8|16|32|64|MAX|PTR)$|GETTEXT_PACKAGE$')


def macros_of(arguments):
    """The words that stand beside a string literal, and that xgettext cannot make part of it."""
    tokens = TOKEN.findall(arguments)
    for left, right in zip(tokens, tokens[1:]):
        for word, other in (left, right), (right, left):
            if other.startswith('"') and re.match(r'\w', word) and not KNOWN.match(word):
                yield word


def main():
    root = sys.argv[1]
    problems = []
    n_texts = 0
    for path in tree.source_files(root):
        if not path.startswith('src') or not path.endswith(('.c', '.h', '.def')):
            continue
        source = tree.read(root, path)
        for text in MARKED.finditer(source):
            n_texts += 1
            for word in macros_of(text.group(1)):
                line = source.count('\n', 0, text.start()) + 1
                problems.append(f'{path}:{line}: xgettext cuts the text at {word}')
    tree.finish(problems, n_texts)


main()
