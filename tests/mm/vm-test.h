/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of virtual memory share: a machine with a task whose address space is empty but for a
 * stack, the operations as functions, and a small language for situations.
 *
 * Script lines; P, N, TO: pages, counted from VM_WINDOW:
 *
 *      map P N PROT [shared norsv locked stack down pop drop file OFF zero OFF]        mmap() with MAP_FIXED
 *      unmap P N               prot P N PROT           touch P N (writes)      read P N
 *      lock P N                unlock P N              advise P N ADVICE (a number)
 *      grow P N M (mremap() where it is)               move P N TO [M] (to that place, with M pages)
 *      keep P N TO (the same with MREMAP_DONTUNMAP)    seal P N
 *      fork                    as K (the K-th task, from 0)    exit
 *      = LAYOUT                what is mapped in the window now
 *
 * PROT is "rwx" with absent letters left out, "-" for none. A line may end in "! ERRNO": it must fail so.
 * LAYOUT is a list of "START-END:PROT", with "s" after the permissions of a shared VMA, "@OFF" of one that
 *maps a file, and +L locked, +N not reserved, +G grows down, +S sealed, +H no huge pages, +g may have guard
 *regions; "nothing" if there is none.
 */
#pragma once

#include "machine-test.h"
#include "mm/mm.h"

#define VM_WINDOW 0x10000000000UL
#define VM_SCRATCH 0x300000UL
#define VM_RW (PROT_READ | PROT_WRITE)
#define VM_ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define VM_TASK_SLOT 0
#define VM_FILE_SLOT 20
#define VM_FILE_PAGES 64

/* An address in the window. */
#define VM_AT(page) (VM_WINDOW + (guint64)(page)*PAGE_SIZE)

/* A machine with task 0 of user 1000, a file of VM_FILE_PAGES pages (readable, writable), and /dev/zero. */
TestMachine *vm_test_machine (void);
/* A machine of another kind, with task 0 alone. */
TestMachine *vm_test_machine_of (const struct machine_config *config);

gint64 vm_op (guint kind, guint64 a0, guint64 a1, guint64 a2, guint64 a3, guint64 a4, guint64 a5);
gint64 vm_mmap (guint64 addr, guint64 len, guint prot, guint flags);
gint64 vm_limit (guint limit, guint64 bytes);
gint64 vm_tune (enum mm_tunable tunable, guint64 value);

/* The task that the operations belong to from now on: 0 the first, 1 its first child ... */
void vm_as (guint task);

/* Runs a script; fails the test with the line that did not do as it said. mm_validate() must hold after each
 * line. */
void vm_script (const char *script);

/* The VMAs of the window as text. */
char *vm_layout (void);

struct view_mm vm_counters (void);
