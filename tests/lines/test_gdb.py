# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines that the hooks announce are those of gdb's `step`, one for one; variables have gdb's values.

    test_gdb.py steps|variables DRIVER
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SEED, SAMPLES = 2024, 400
AT_LEAST = {'steps': 2000, 'variables': 300}


def run_gdb(task, driver, folder):
    """Returns what the driver and what gdb wrote, as lists of lines."""
    ours, theirs = os.path.join(folder, 'driver'), os.path.join(folder, 'gdb')
    arguments = [driver, ours] + ([] if task == 'steps' else [str(SEED), str(SAMPLES)])
    env = dict(os.environ, GDB_LOG=theirs, GDB_TASK=task, LC_ALL='C.UTF-8')
    result = subprocess.run(['gdb', '--batch', '-nx', '-x', os.path.join(HERE, 'in_gdb.py'), '--args', *arguments],
                            env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=280,
                            check=False)
    if result.returncode or not os.path.exists(theirs):
        sys.exit(f'gdb failed:\n{result.stdout}\n{result.stderr}')
    with open(ours, encoding='utf-8') as a, open(theirs, encoding='utf-8') as b:
        return a.read().splitlines(), b.read().splitlines()


def compare_steps(ours, theirs):
    for number, (mine, gdbs) in enumerate(zip(ours, theirs)):
        if mine != gdbs:
            around = '\n'.join(f'  {a:30} {b}' for a, b in zip(ours[number - 5:number + 8], theirs[number - 5:number + 8]))
            sys.exit(f'line {number} (driver, gdb):\n{around}')
    if len(ours) != len(theirs):
        sys.exit(f'{len(ours)} lines by the driver, {len(theirs)} by gdb')
    return len(ours)


def read_samples(lines):
    """A list of samples, each a list of frames: (header, {name: (kind, value)})."""
    samples = []
    for line in lines:
        words = line.split()
        if words[0] == 'sample':
            samples.append([])
        elif words[0] == 'frame' and len(words) == 5:
            samples[-1].append((line, {}))
        else:
            samples[-1][-1][1][words[0]] = tuple(words[1:])     # an inner variable hides an outer one
    return samples


def compare_variables(ours, theirs):
    ours, theirs = read_samples(ours), read_samples(theirs)
    problems, compared = [], 0
    if len(ours) != len(theirs):
        sys.exit(f'{len(ours)} samples by the driver, {len(theirs)} by gdb')
    for mine, gdbs in zip(ours, theirs):
        if [header for header, _ in mine] != [header for header, _ in gdbs]:
            problems.append(f'stacks: {[h for h, _ in mine]}, gdb: {[h for h, _ in gdbs]}')
            continue
        for (header, a), (_, b) in zip(mine, gdbs):
            if a.keys() != b.keys():
                problems.append(f'{header}: {sorted(a)}, gdb: {sorted(b)}')
            for name in a.keys() & b.keys():
                if a[name][0] == 'unset':
                    continue
                compared += 1
                if a[name] != b[name]:
                    problems.append(f'{header}: {name} is {a[name]}, gdb: {b[name]}')
    if problems:
        sys.exit('\n'.join(problems[:20]) + f'\n{len(problems)} differences')
    print(f'{compared} variables')
    return len(ours)


def main():
    task, driver = sys.argv[1:]
    if not shutil.which('gdb'):
        print('gdb is not installed')
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        logs = run_gdb(task, driver, folder)
        compared = {'steps': compare_steps, 'variables': compare_variables}[task](*logs)
    print(f'{compared} {task}: the same')
    if compared < AT_LEAST[task]:
        sys.exit(f'too few; expected {AT_LEAST[task]} at least')


main()
