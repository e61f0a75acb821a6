# SPDX-License-Identifier: GPL-2.0-or-later
"""What the libraries refer to, read from their symbol tables.

symbols.py NM SIZE core LIBRARY ...          builds of the core, and its readers
symbols.py NM SIZE layer LIBRARY PREFIX ...  a layer that must not use functions of these prefixes

The core refers to nothing but a short list, lets nothing be seen but its table and its thread-local,
and has no writable static data: all that a machine knows lies in its arena.
"""
import os
import re
import subprocess
import sys

import tree

# Supplied by whoever runs the core (mm/trace.h), or by the compiler.
COMMON = {'machine_stop', 'memcpy', 'memmove', 'memset', 'memcmp', '_GLOBAL_OFFSET_TABLE_', '__tls_get_addr'}
CORES = {
    'libmm-stepping.a': {
        'undefined': COMMON | {'trace', 'mem_will_write', 'mm_line', 'mm_no_return', 'mm_memcpy', 'mm_memmove',
                               'mm_memset', 'mm_store1', 'mm_store2', 'mm_store4', 'mm_store8', 'mm_store16',
                               'mm_store_range'},
        'global': {'mm_core_stepping', 'this_machine'},
        'thread': 8,
    },
    'libmm-fast.a': {
        'undefined': COMMON,
        'global': {'mm_core_fast', 'this_machine_fast', 'trace_hook'},
        'thread': 16,
    },
    'libmm-readers.a': {'undefined': COMMON, 'global': None, 'thread': 0},
}
INSTRUMENTED = re.compile(r'^(__asan|__ubsan|__sanitizer|__gcov|__llvm)')


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(nm, library):
    """Undefined and global defined symbols of all objects of a library together."""
    undefined, defined = set(), set()
    for line in run(nm, library).split('\n'):
        match = re.match(r'^[0-9a-f ]{16} ([A-Za-z]) (\S+)$', line)
        if not match:
            continue
        kind, name = match.groups()
        if kind in 'Uw':
            undefined.add(name)
        elif kind.isupper():
            defined.add(name)
    return undefined - defined, defined


def writable_sections(size, library):
    """Bytes by kind of section that a program can write to after it was loaded."""
    found = {}
    for line in run(size, '-A', library).split('\n'):
        match = re.match(r'^(\.t?(?:data|bss)\S*)\s+(\d+)', line)
        if match and not match.group(1).startswith('.data.rel.ro'):
            found[match.group(1)] = found.get(match.group(1), 0) + int(match.group(2))
    return found


def check_core(nm, size, library):
    name = os.path.basename(library)
    rules = CORES[name]
    undefined, defined = symbols(nm, library)
    if any(INSTRUMENTED.match(symbol) for symbol in undefined):
        print(f'{name}: instrumented, so its symbols say nothing')
        return
    for symbol in sorted(undefined - rules['undefined']):
        yield f'{name}: refers to {symbol}, which the core must do without'
    if rules['global'] is not None and defined != rules['global']:
        yield f'{name}: shows {sorted(defined ^ rules["global"])} too much or too little'
    thread = 0
    for section, length in writable_sections(size, library).items():
        if section.startswith('.t'):
            thread += length
        elif length:
            yield f'{name}: {length} bytes of writable static data in {section}'
    if thread != rules['thread']:
        yield f'{name}: {thread} bytes of thread-local data instead of {rules["thread"]}'


def check_layer(nm, library, prefixes):
    undefined, defined = symbols(nm, library)
    if len(defined) < 5:
        yield f'{library}: hardly any symbols: is this the right file?'
    for symbol in sorted(undefined):
        if symbol.startswith(tuple(prefixes)):
            yield f'{os.path.basename(library)}: refers to {symbol}'


def main():
    nm, size, mode, *rest = sys.argv[1:]
    if mode == 'core':
        problems = [p for library in rest for p in check_core(nm, size, library)]
        tree.finish(problems, len(rest))
    tree.finish(list(check_layer(nm, rest[0], rest[1:])), 1)


main()
