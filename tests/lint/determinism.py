# SPDX-License-Identifier: GPL-2.0-or-later
"""The same script leaves the same bytes, whatever compiled the core.

determinism.py ROOT CC SOURCE...: builds the core and determinism.c with each compiler there is, with and
without optimisation, and compares what they print.
"""
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

import tree

SETTINGS = {'O0': ['-O0'], 'O2': ['-O2'], 'fast': ['-O2', '-DMM_FAST']}
FLAGS = ['-std=gnu11', '-fno-strict-aliasing', '-DMM_CORE=mm_core_determinism', '-DMM_CORE_NAME="determinism"', '-w']
ZERO = '-ftrivial-auto-var-init=zero'
CLANG_ZERO = '-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang'


def compilers(default):
    """The build's compiler, and gcc and clang as far as they are there; each once."""
    found = {}
    for command in (default, 'gcc', 'clang'):
        path = shutil.which(command)
        if path:
            found.setdefault(os.path.realpath(path), command)
    return list(found.values())


def zero_flags(cc):
    for flags in ([ZERO], [ZERO, CLANG_ZERO]):
        test = subprocess.run([cc, *flags, '-fsyntax-only', '-x', 'c', '-'], input='int x;', text=True,
                              capture_output=True, check=False)
        if test.returncode == 0:
            return flags
    return None


def build_and_run(directory, root, sources, cc, name, zero):
    program = os.path.join(directory, f'{os.path.basename(cc)}-{name}')
    command = [cc, *FLAGS, *SETTINGS[name], *zero, '-I', root, '-o', program,
               os.path.join(root, 'tests', 'lint', 'determinism.c'), *sources]
    build = subprocess.run(command, capture_output=True, text=True, check=False)
    if build.returncode:
        return f'{cc} {name}: {build.stderr}'
    return subprocess.run([program], capture_output=True, text=True, check=False, timeout=300).stdout


def main():
    root, cc, *sources = sys.argv[1:]
    jobs, problems = {}, []
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for compiler in compilers(cc):
            zero = zero_flags(compiler)
            if zero is None:
                print(f'{compiler}: cannot zero automatic variables, left out')
                continue
            for name in SETTINGS:
                jobs[compiler, name] = pool.submit(build_and_run, directory, root, sources, compiler, name, zero)
        outputs = {key: job.result() for key, job in jobs.items()}
    reference = next(iter(outputs.values()))
    print(reference)
    if reference.count('\n') != 10:
        problems.append('the first build did not run to its end')
    for (compiler, name), output in outputs.items():
        if output != reference:
            problems.append(f'{compiler} {name} comes to other bytes:\n{output}')
    tree.finish(problems, len(outputs))


main()
