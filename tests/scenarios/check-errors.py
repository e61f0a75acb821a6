# SPDX-License-Identifier: GPL-2.0-or-later
"""check-errors.py PAGEWALK_CLI SOURCE_ROOT: every place in the system calls of
virtual memory that returns an error is reached by a scenario of
tests/scenarios/vm, but for those listed here with the reason.

The places are the lines that name an errno; the lines that ran are told by
`pagewalk-cli run --lines`.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

FILES = ['mmap.c', 'mmap_munmap.c', 'mprotect.c', 'mremap.c', 'madvise.c', 'mlock.c', 'msync.c', 'mincore.c', 'mseal.c',
         'mmap_unmapped.c']

NO_MEMORY = 'no memory for an object or a table of the kernel: a machine that small runs no program'
NOBODY = 'no mapping of this core has VM_DONTEXPAND, VM_IO or another flag of VM_SPECIAL'
CHECKED = 'the caller has made sure'

# (file, function, errno): how many lines, why
UNREACHED = {
    ('mmap.c', 'mmap_new_vma', 'ENOMEM'): (1, NO_MEMORY),
    ('mmap.c', 'do_brk', 'ENOMEM'): (1, NO_MEMORY),
    ('mmap.c', 'expand_stack', 'ENOMEM'): (1, NO_MEMORY),
    ('mmap.c', 'expand_stack', 'EFAULT'): (1, CHECKED),
    ('mmap.c', 'check_mmap_size', 'EOVERFLOW'): (1, 'an offset in bytes that fits 64 bits does not wrap in pages'),
    ('mremap.c', 'check_expand', 'EINVAL'): (1, 'likewise'),
    ('mremap.c', 'check_expand', 'EFAULT'): (1, NOBODY),
    ('mremap.c', 'check_prep_vma', 'EINVAL'): (1, NOBODY),
    ('mremap.c', 'copy_vma_and_data', 'ENOMEM'): (2, NO_MEMORY),
    ('mremap.c', 'mremap_to', 'EFAULT'): (2, 'what would be cut by making room overlaps, and was refused'),
    ('mremap.c', 'expand_in_place', 'ENOMEM'): (1, NO_MEMORY),
    ('madvise.c', 'madvise_guard_install', 'ENOMEM'): (1, NO_MEMORY),
    ('madvise.c', 'madvise_guard_remove', 'EINVAL'): (1, NOBODY),
    ('madvise.c', 'fork_flags', 'EINVAL'): (1, NOBODY),
    ('mincore.c', 'sys_mincore', 'EAGAIN'): (1, NO_MEMORY),
    ('mmap_unmapped.c', 'arch_get_unmapped_area_topdown', 'ENOMEM'): (1, CHECKED),
}


def lines_run(cli, scenario):
    """(file, line) pairs."""
    out = subprocess.run([cli, 'run', '--lines', scenario], capture_output=True, text=True, check=False).stdout
    return {(name, int(line)) for name, line in re.findall(r'^ *\d+ +\d+ +mm/(\w+\.c):(\d+) ', out, re.M) if name in FILES}


def places(root, name):
    """(line number, function, errno, text) of each line that names an error which it returns."""
    function = None
    for number, line in enumerate((root / 'mm' / name).read_text().splitlines(), 1):
        start = re.match(r'[a-z].*?(\w+)\(', line)
        if start:
            function = start[1]
        error = re.search(r'(?:return|\w+ = ).*-(E[A-Z]+)', line)
        if error:
            yield number, function, error[1], line.strip()


def main():
    cli, root = sys.argv[1], pathlib.Path(sys.argv[2])
    scenarios = [path for path in sorted((root / 'tests/scenarios/vm').glob('*.json'))
                 if re.search(r'"(error|signal|address)"', path.read_text())]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        run = set().union(*pool.map(lambda path: lines_run(cli, path), scenarios))
    if not run:
        print('1..0 # SKIP built without line hooks')
        return 0
    missed, n_places, problems = {}, 0, 0
    for name in FILES:
        for number, function, error, text in places(root, name):
            n_places += 1
            if (name, number) not in run:
                missed.setdefault((name, function, error), []).append(f'mm/{name}:{number}: {text}')
    for key, found in missed.items():
        if len(found) > UNREACHED.get(key, (0, ''))[0]:
            problems += 1
            print('\n'.join(found), f'\n{key[1]}(): {key[2]} is reached by no scenario', file=sys.stderr)
    for key, (number, reason) in UNREACHED.items():
        if len(missed.get(key, [])) < number:
            problems += 1
            print(f'{key[0]}: {key[1]}(): {key[2]} is reached: not “{reason}”', file=sys.stderr)
    print(f'{n_places} errors, {sum(map(len, missed.values()))} unreached for a reason, {problems} problems')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
