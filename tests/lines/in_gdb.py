# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside gdb (see test_gdb.py): writes what gdb says of the core to the file GDB_LOG.

`steps`: the lines at which `step` stops in each operation. `variables`: at
each call of driver_sample(), the functions of the core on the stack with their
variables, as the driver writes them.
"""
import os

import gdb

SCALARS = {gdb.TYPE_CODE_INT, gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_BOOL, gdb.TYPE_CODE_CHAR}


def alive():
    return gdb.selected_inferior().pid != 0


def run(command):
    gdb.execute(command, to_string=True)


def in_core(frame):
    symtab = frame.find_sal().symtab
    return symtab is not None and '/mm/' in symtab.fullname()


def steps(log):
    run('break run_op')
    run('run')
    while alive():
        frame = gdb.newest_frame()
        if in_core(frame):
            sal = frame.find_sal()
            log.write(f'mm/{os.path.basename(sal.symtab.filename)}:{sal.line}\n')
            run('step')
        else:
            run('continue')


def symbols(frame):
    """Parameters and variables in scope, those of outer blocks first."""
    blocks = []
    block = frame.block()
    while block and not block.is_global and not block.is_static:
        blocks.append(block)
        if block.function:
            break
        block = block.superblock
    for block in reversed(blocks):
        for symbol in block:
            if symbol.is_argument or symbol.is_variable:
                yield symbol


def write_stack(log):
    frame = gdb.newest_frame()
    number = 0
    while frame and in_core(frame):
        sal = frame.find_sal()
        log.write(f'frame {number} {frame.name()} mm/{os.path.basename(sal.symtab.filename)} {sal.line}\n')
        for symbol in symbols(frame):
            value = symbol.value(frame)
            if value.type.strip_typedefs().code in SCALARS:
                log.write(f'{symbol.name} scalar {int(value) & (1 << 64) - 1}\n')
            else:
                log.write(f'{symbol.name} other 0\n')
        frame = frame.older()
        number += 1


def variables(log):
    run('break driver_sample')
    run('run')
    number = 0
    while alive():
        run(f'tbreak *{int(gdb.parse_and_eval("$rdi")):#x}')
        run('continue')
        number += 1
        log.write(f'sample {number}\n')
        write_stack(log)
        run('continue')


gdb.execute('set pagination off')
gdb.execute('set confirm off')
gdb.execute('set debuginfod enabled off')
gdb.execute('set disable-randomization on')
# It announces its stores in bulk and has no hooks.
gdb.execute('skip function clear_memory')
with open(os.environ['GDB_LOG'], 'w', encoding='utf-8') as output:
    {'steps': steps, 'variables': variables}[os.environ['GDB_TASK']](output)
