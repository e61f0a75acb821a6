/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * userfaultfd: every error of the operations; who sleeps, who wakes him, and with what result; missing pages, write
 * protection, pages that are in the page cache; SIGBUS; faults of system calls; fork(), mremap(), swap, exit.
 *
 * Task 0 owns the memory; task 1, its child, is the monitor.
 */
#include "vm-test.h"

#include <string.h>

#include "mm/fs.h"
#include "mm/userfaultfd.h"

#define P(n) ((guint64)(n)*PAGE_SIZE)
#define UFFD_SLOT 40
#define OTHER_SLOT 41
#define MSG_SLOT 42
#define SHM_SLOT 44
#define MISSING UFFDIO_REGISTER_MODE_MISSING
#define WP UFFDIO_REGISTER_MODE_WP
#define MINOR UFFDIO_REGISTER_MODE_MINOR

/* ---- Operations ---- */

static gint64
uffd_open (guint slot, guint flags)
{
  struct mm_op op = { .kind = OP_userfaultfd, .nid = -1, .slot = slot, .task = VM_TASK_SLOT + 1 };

  op.arg[0] = flags;
  return test_run (op);
}

static gint64
uffd (guint kind, guint64 addr, guint64 len, guint64 mode, guint64 source)
{
  gint64 result = vm_op (kind, UFFD_SLOT + 1, len, mode, 0, addr, source);

  test_assert_valid ();
  return result;
}

static gint64
api (guint64 features)
{
  return vm_op (OP_uffd_api, UFFD_SLOT + 1, UFFD_API, features, 0, 0, 0);
}

static gint64
reg (guint first, guint n, guint mode)
{
  return uffd (OP_uffd_register, VM_AT (first), P (n), mode, 0);
}

static gint64
copy (guint page, guint n, guint64 mode)
{
  return uffd (OP_uffd_copy, VM_AT (page), P (n), mode, VM_SCRATCH);
}

static gint64
store (guint64 addr, guint64 value)
{
  gint64 result = vm_op (OP_store, addr, 1, 1, 0, 0, value);

  test_assert_valid ();
  return result;
}

static gint64
load (guint64 addr)
{
  gint64 result = vm_op (OP_load, addr, 1, 1, 0, 0, 0);

  test_assert_valid ();
  return result;
}

static struct view_op_result
outcome (void)
{
  struct view_op_result what;

  view_op_result (this_machine, &what);
  return what;
}

static struct view_task
task (s32 pid)
{
  struct view_task view;

  g_assert_true (view_task (this_machine, pid, &view));
  return view;
}

static guint
byte_at (s32 pid, guint64 addr)
{
  guint8 byte = 0;

  g_assert_cmpuint (view_user_read (this_machine, pid, addr, &byte, 1), ==, 1);
  return byte;
}

static guint32
pte_flags (s32 pid, guint page)
{
  struct view_pte pte;

  return view_ptes (this_machine, pid, VM_AT (page), VM_AT (page + 1), &pte, 1) ? pte.flags : 0;
}

/* The letters of /proc/PID/smaps about userfaultfd, of the VMA at a page. */
static const char *
letters (s32 pid, guint page)
{
  struct view_vma vma;

  g_assert_true (view_find_vma (this_machine, pid, VM_AT (page), &vma));
  switch (vma.flags & __VM_UFFD_FLAGS)
    {
    case 0:
      return "";
    case VM_UFFD_MISSING:
      return "um";
    case VM_UFFD_WP:
      return "uw";
    case VM_UFFD_MISSING | VM_UFFD_WP:
      return "um uw";
    case VM_UFFD_MINOR:
      return "ui";
    default:
      return "?";
    }
}

static gint64
read_msg (void)
{
  struct mm_op op = { .kind = OP_uffd_read, .nid = -1, .slot = MSG_SLOT, .task = VM_TASK_SLOT + 2 };
  gint64 result;

  op.arg[0] = UFFD_SLOT + 1;
  result = test_run (op);
  test_assert_valid ();
  return result;
}

/* 16 pages of anonymous memory; a userfaultfd with these features; a monitor, whose scratch page holds 7s. */
static TestMachine *
monitored (guint64 features)
{
  TestMachine *machine = vm_test_machine ();

  g_assert_cmpint (vm_mmap (VM_AT (0), P (16), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (uffd_open (UFFD_SLOT, UFFD_USER_MODE_ONLY), >, 0);
  g_assert_cmpint (api (features), ==, 0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  vm_as (1);
  g_assert_cmpint (vm_op (OP_store, VM_SCRATCH, 1, PAGE_SIZE, 1, 0, 7), ==, 0);
  vm_as (0);
  test_assert_valid ();
  return machine;
}

/* ---- Errors ---- */

static void
test_errors_of_making (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  g_assert_cmpint (uffd_open (UFFD_SLOT, 0), ==, -EPERM);
  g_assert_cmpint (uffd_open (UFFD_SLOT, UFFD_USER_MODE_ONLY | 2), ==, -EINVAL);
  g_assert_cmpint (uffd_open (~0U - 1, UFFD_USER_MODE_ONLY), ==, -ERANGE);
  g_assert_cmpint (uffd_open (UFFD_SLOT, UFFD_USER_MODE_ONLY), >, 0);
  /* Nothing but the API before the API. */
  g_assert_cmpint (reg (0, 1, MISSING), ==, -EINVAL);
  g_assert_cmpint (copy (0, 1, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_uffd_read, UFFD_SLOT + 1, 0, 0, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_uffd_api, UFFD_SLOT + 1, 0xAB, 0, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (api (1u << 30), ==, -EINVAL);
  g_assert_cmpint (api (0), ==, 0);
  g_assert_cmphex (outcome ().value, ==, UFFD_API_FEATURES);
  g_assert_cmpint (api (0), ==, -EINVAL);
  /* Neither a file, nor what is no file. */
  g_assert_cmpint (vm_op (OP_uffd_api, VM_FILE_SLOT + 2, UFFD_API, 0, 0, 0, 0), ==, -ENOTTY);
  g_assert_cmpint (vm_op (OP_uffd_api, MSG_SLOT + 1, UFFD_API, 0, 0, 0, 0), ==, -EBADF);
  g_assert_cmpint (vm_op (OP_mmap, VM_AT (0), P (1), VM_RW, MAP_PRIVATE | MAP_FIXED, UFFD_SLOT + 1, 0), ==, -ENODEV);
  g_assert_cmpint (vm_op (OP_close, UFFD_SLOT + 1, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (api (0), ==, -EBADF);
  test_assert_valid ();
  /* The superuser may have faults of system calls served, too. */
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_UID, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (uffd_open (UFFD_SLOT, 0), >, 0);
}

static void
test_errors_of_registering (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);

  g_assert_cmpint (reg (0, 1, 0), ==, -EINVAL);
  g_assert_cmpint (reg (0, 1, 8), ==, -EINVAL);
  g_assert_cmpint (reg (0, 0, MISSING), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_register, VM_AT (0) + 1, P (1), MISSING, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_register, VM_AT (0), P (1) + 1, MISSING, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_register, 0, P (1), MISSING, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_register, TASK_SIZE, P (1), MISSING, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_register, VM_AT (0), TASK_SIZE, MISSING, 0), ==, -EINVAL);
  /* A gap: nothing starts in it. */
  g_assert_cmpint (reg (20, 1, MISSING), ==, -EINVAL);
  /* Pages in the page cache are for memory that has one; files of a disk have no userfaults. */
  g_assert_cmpint (reg (0, 1, MINOR), ==, -EINVAL);
  vm_script ("map 16 2 rw file 0");
  g_assert_cmpint (reg (0, 17, MISSING), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_unregister, VM_AT (15), P (2), 0, 0), ==, -EINVAL);
  /* Another one has it. */
  g_assert_cmpint (uffd_open (OTHER_SLOT, UFFD_USER_MODE_ONLY), >, 0);
  g_assert_cmpint (vm_op (OP_uffd_api, OTHER_SLOT + 1, UFFD_API, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_uffd_register, OTHER_SLOT + 1, P (2), MISSING, 0, VM_AT (4), 0), ==, 0);
  g_assert_cmpint (reg (0, 8, MISSING), ==, -EBUSY);
  test_assert_valid ();
}

static void
test_errors_of_filling (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);

  g_assert_cmpint (reg (0, 8, MISSING), ==, 0);
  vm_as (1);
  g_assert_cmpint (copy (0, 1, 4), ==, -EINVAL);
  g_assert_cmpint (copy (0, 1, UFFDIO_COPY_MODE_WP), ==, -EINVAL); /* not registered for that */
  g_assert_cmpint (copy (0, 9, 0), ==, -ENOENT);                   /* not in one VMA */
  g_assert_cmpint (copy (9, 1, 0), ==, -ENOENT);                   /* not registered */
  g_assert_cmpint (uffd (OP_uffd_copy, VM_AT (0), P (1), 0, ~0UL - 100), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_copy, VM_AT (0), P (1), 0, VM_AT (30)), ==, -EFAULT);
  g_assert_cmpint (uffd (OP_uffd_continue, VM_AT (0), P (1), 0, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_continue, VM_AT (0), P (1), 2, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (0), P (1), 2, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (0), P (1), 4, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (0), P (1), 3, 0), ==, -EINVAL);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (0), P (1), 1, 0), ==, -ENOENT);
  g_assert_cmpint (uffd (OP_uffd_wake, VM_AT (0) + 1, P (1), 0, 0), ==, -EINVAL);
  /* The first is there already; or the second, so that half is done. */
  g_assert_cmpint (copy (1, 1, 0), ==, 0);
  g_assert_cmpuint (outcome ().value, ==, PAGE_SIZE);
  g_assert_cmpint (copy (1, 1, 0), ==, -EEXIST);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (1), P (1), 0, 0), ==, -EEXIST);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (0), P (2), 0, 0), ==, -EAGAIN);
  g_assert_cmpuint (outcome ().value, ==, PAGE_SIZE);
  g_assert_cmpint (read_msg (), ==, -EAGAIN);
  /* Its task is gone. */
  vm_as (0);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (1);
  g_assert_cmpint (copy (2, 1, 0), ==, -ESRCH);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (2), P (1), 0, 0), ==, -ESRCH);
  g_assert_cmpint (uffd (OP_uffd_continue, VM_AT (2), P (1), 0, 0), ==, -ESRCH);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (2), P (1), 1, 0), ==, -ESRCH);
  g_assert_cmpint (reg (0, 1, MISSING), ==, -ENOMEM);
  g_assert_cmpint (uffd (OP_uffd_unregister, VM_AT (0), P (1), 0, 0), ==, -ENOMEM);
  g_assert_cmpint (vm_op (OP_close, UFFD_SLOT + 1, 0, 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
}

/* ---- Missing pages ---- */

static void
test_missing (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (UFFD_FEATURE_THREAD_ID);
  guint64 faults, op;

  g_assert_cmpint (reg (4, 4, MISSING), ==, 0);
  g_assert_cmpstr (letters (1, 4), ==, "um");
  g_assert_cmpstr (letters (1, 0), ==, "");
  g_assert_cmpstr (letters (1, 8), ==, "");
  faults = task (1).maj_flt;
  g_assert_cmpint (load (VM_AT (5) + 3), ==, -ERESTARTNOINTR);
  g_assert_cmpuint (task (1).state, ==, TASK_INTERRUPTIBLE);
  g_assert_cmphex (task (1).wait_addr, ==, VM_AT (5));
  op = task (1).wait_op;
  g_assert_cmpuint (op, ==, this_machine->op_index);
  g_assert_cmpuint (pte_flags (1, 5), ==, 0);
  /* A task that sleeps does nothing else. */
  g_assert_cmpint (load (VM_AT (0)), ==, -EBUSY);
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), P (1), 0, 0, 0, 0), ==, -EBUSY);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, -EBUSY);
  vm_as (1);
  g_assert_cmpint (read_msg (), ==, (gint64)VM_AT (5));
  g_assert_cmphex (outcome ().value, ==, 0);
  g_assert_cmpuint (outcome ().done, ==, 1);
  g_assert_cmpint (read_msg (), ==, -EAGAIN);
  /* Another page does not help; nor does one that is filled without waking. */
  g_assert_cmpint (copy (6, 1, 0), ==, 0);
  g_assert_cmpint (copy (5, 1, UFFDIO_COPY_MODE_DONTWAKE), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_INTERRUPTIBLE);
  g_assert_cmpint (uffd (OP_uffd_wake, VM_AT (6), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_INTERRUPTIBLE);
  g_assert_cmpint (uffd (OP_uffd_wake, VM_AT (5), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_true (task (1).restarted);
  g_assert_cmpuint (task (1).restart_op, ==, op);
  g_assert_cmpint (task (1).restart_result, ==, 0);
  g_assert_cmpuint (task (1).restart_value, ==, 7 + 3);
  /* The fault was tried again: it counts as one that took long. */
  g_assert_cmpuint (task (1).maj_flt, ==, faults + 1);
}

/* Waking without bringing the page: the fault is tried again, and the task sleeps again. */
static void
test_woken_in_vain (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);

  g_assert_cmpint (reg (0, 16, MISSING), ==, 0);
  g_assert_cmpint (store (VM_AT (3), 1), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (read_msg (), ==, (gint64)VM_AT (3));
  g_assert_cmphex (outcome ().value, ==, UFFD_PAGEFAULT_FLAG_WRITE);
  g_assert_cmpint (uffd (OP_uffd_wake, VM_AT (0), P (16), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_INTERRUPTIBLE);
  g_assert_cmpint (read_msg (), ==, (gint64)VM_AT (3));
  /* Zeroes: a page is mapped that must not be written, so that the store makes a copy. */
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (3), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_cmpuint (byte_at (1, VM_AT (3)), ==, 1);
}

/* A row of accesses goes on where it was, and sleeps at each page. */
static void
test_row_of_accesses (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (UFFD_FEATURE_EXACT_ADDRESS);

  g_assert_cmpint (reg (2, 2, MISSING), ==, 0);
  g_assert_cmpint (vm_op (OP_store, VM_AT (1) + 8, 8, 4, PAGE_SIZE, 0, 100), ==, -ERESTARTNOINTR);
  g_assert_cmpuint (outcome ().done, ==, 1);
  vm_as (1);
  g_assert_cmpint (read_msg (), ==, (gint64)VM_AT (2) + 8);
  g_assert_cmpint (copy (2, 1, 0), ==, 0);
  g_assert_cmpint (read_msg (), ==, (gint64)VM_AT (3) + 8);
  g_assert_cmpint (copy (3, 1, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (byte_at (1, VM_AT (1 + i) + 8), ==, 100 + i);
  g_assert_cmpuint (byte_at (1, VM_AT (2) + 16), ==, 7 + 16);
}

/* Who waits is served by the kernel when nobody else will: after unregistering, and when the userfaultfd is closed. */
static void
test_nobody_serves (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);

  g_assert_cmpint (reg (0, 4, MISSING), ==, 0);
  g_assert_cmpint (store (VM_AT (1), 1), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (uffd (OP_uffd_unregister, VM_AT (0), P (2), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_cmpuint (byte_at (1, VM_AT (1)), ==, 1);
  g_assert_cmpstr (letters (1, 1), ==, "");
  g_assert_cmpstr (letters (1, 2), ==, "um");
  vm_as (0);
  g_assert_cmpint (store (VM_AT (3), 5), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (read_msg (), ==, (gint64)VM_AT (3));
  g_assert_cmpint (vm_op (OP_close, UFFD_SLOT + 1, 0, 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_cmpuint (byte_at (1, VM_AT (3)), ==, 5);
  vm_as (0);
  vm_script ("= 0-16:rw");
}

/* A task that sleeps is killed. */
static void
test_killed (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);
  struct view_uffd view;

  g_assert_cmpint (reg (0, 4, MISSING), ==, 0);
  g_assert_cmpint (store (VM_AT (1), 1), ==, -ERESTARTNOINTR);
  g_assert_cmpuint (view_uffds (this_machine, &view, 1), ==, 1);
  g_assert_cmpuint (view.pending, ==, 1);
  g_assert_cmpuint (view.pages, ==, 4);
  g_assert_cmpint (view.pid, ==, 1);
  g_assert_cmpint (vm_op (OP_exit, 9, 0, 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
  vm_as (1);
  g_assert_cmpint (read_msg (), ==, -EAGAIN);
  g_assert_cmpuint (view_uffds (this_machine, &view, 1), ==, 1);
  g_assert_cmpuint (view.pending, ==, 0);
  g_assert_cmpint (view.pid, ==, 0);
}

static void
test_sigbus (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (UFFD_FEATURE_SIGBUS);

  g_assert_cmpint (reg (0, 4, MISSING), ==, 0);
  g_assert_cmpint (load (VM_AT (1) + 5), ==, -EFAULT);
  g_assert_cmpuint (outcome ().sig, ==, SIGBUS);
  g_assert_cmpuint (outcome ().sig_code, ==, BUS_ADRERR);
  g_assert_cmphex (outcome ().sig_addr, ==, VM_AT (1) + 5);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_cmpint (read_msg (), ==, -EAGAIN);
  /* The handler of the signal may bring the page itself. */
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (1), P (1), 0, 0), ==, 0);
  g_assert_cmpint (load (VM_AT (1) + 5), ==, 0);
}

/* ---- Faults of system calls ---- */

static void
test_system_calls (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);

  /* UFFD_USER_MODE_ONLY: they fail. */
  g_assert_cmpint (reg (0, 4, MISSING), ==, 0);
  g_assert_cmpint (vm_op (OP_pread, 0, 10, 0, VM_FILE_SLOT + 2, VM_AT (1), 0), ==, -EFAULT);
  g_assert_cmpint (vm_op (OP_getrusage, VM_AT (1), 0, 0, 0, 0, 0), ==, -EFAULT);
  g_assert_cmpint (vm_op (OP_close, UFFD_SLOT + 1, 0, 0, 0, 0, 0), ==, 0);
  /* Without: they wait, and do not copy twice. */
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_UID, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (uffd_open (UFFD_SLOT, 0), >, 0);
  g_assert_cmpint (api (0), ==, 0);
  g_assert_cmpint (reg (2, 2, MISSING), ==, 0);
  g_assert_cmpint (vm_op (OP_file_poke, VM_FILE_SLOT + 1, 0, 0x11, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_file_poke, VM_FILE_SLOT + 1, P (2), 0x22, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_pread, 0, P (3), 0, VM_FILE_SLOT + 2, VM_AT (1), 0), ==, -ERESTARTNOINTR);
  g_assert_cmphex (task (1).wait_addr, ==, VM_AT (2));
  /* What was read already stays as it is, even if the file changes meanwhile. */
  g_assert_cmpint (vm_op (OP_file_poke, VM_FILE_SLOT + 1, 0, 0x99, 0, 0, 0), ==, 0);
  vm_as (1);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (2), P (1), 0, 0), ==, 0);
  g_assert_cmphex (task (1).wait_addr, ==, VM_AT (3));
  g_assert_cmpint (copy (3, 1, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_cmpint (task (1).restart_result, ==, (gint64)P (3));
  g_assert_cmphex (byte_at (1, VM_AT (1)), ==, 0x11);
  g_assert_cmphex (byte_at (1, VM_AT (3)), ==, 0x22);
}

/* mlock() and MADV_POPULATE bring pages in, and wait for those that the monitor has to bring. */
static void
test_populate (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_UID, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_mmap (VM_AT (0), P (8), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (uffd_open (UFFD_SLOT, 0), >, 0);
  g_assert_cmpint (api (0), ==, 0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpint (reg (1, 1, MISSING), ==, 0);
  g_assert_cmpint (reg (5, 1, MISSING), ==, 0);
  g_assert_cmpint (vm_op (OP_mlock, VM_AT (0), P (4), 0, 0, 0, 0), ==, -ERESTARTNOINTR);
  test_assert_valid ();
  g_assert_true (pte_flags (1, 0) & VIEW_PTE_PRESENT);
  g_assert_cmpuint (pte_flags (1, 2), ==, 0);
  vm_as (1);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (1), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_cmpint (task (1).restart_result, ==, 0);
  for (guint i = 0; i < 4; i++)
    g_assert_true (pte_flags (1, i) & VIEW_PTE_PRESENT);
  vm_as (0);
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (4), P (4), MADV_POPULATE_WRITE, 0, 0, 0), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (copy (5, 1, 0), ==, 0);
  g_assert_cmpint (task (1).restart_result, ==, 0);
  g_assert_true (pte_flags (1, 7) & VIEW_PTE_PRESENT);
}

/* The monitor's own source page is missing: it sleeps in the middle of its copy, and then goes on. */
static void
test_copy_sleeps (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_UID, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_mmap (VM_AT (0), P (8), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (uffd_open (UFFD_SLOT, 0), >, 0);
  g_assert_cmpint (api (0), ==, 0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpint (reg (0, 2, MISSING), ==, 0);
  g_assert_cmpint (reg (5, 1, MISSING), ==, 0);
  g_assert_cmpint (store (VM_AT (4), 3), ==, 0);
  g_assert_cmpint (uffd (OP_uffd_copy, VM_AT (0), P (2), 0, VM_AT (4)), ==, -ERESTARTNOINTR);
  g_assert_true (pte_flags (1, 0) & VIEW_PTE_PRESENT);
  vm_as (1);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (5), P (1), 0, 0), ==, 0);
  g_assert_cmpint (task (1).restart_result, ==, 0);
  g_assert_cmpuint (task (1).restart_value, ==, P (2));
  g_assert_cmpuint (byte_at (1, VM_AT (0)), ==, 3);
  g_assert_cmpuint (byte_at (1, VM_AT (1)), ==, 0);
}

/* ---- Write protection ---- */

static void
test_write_protection (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (UFFD_FEATURE_PAGEFAULT_FLAG_WP);

  g_assert_cmpint (vm_op (OP_store, VM_AT (0), 1, 4, PAGE_SIZE, 0, 1), ==, 0);
  g_assert_cmpint (reg (0, 8, WP), ==, 0);
  g_assert_cmpstr (letters (1, 0), ==, "uw");
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (0), P (8), 1, 0), ==, 0);
  g_assert_true (pte_flags (1, 2) & VIEW_PTE_UFFD_WP);
  g_assert_false (pte_flags (1, 2) & VIEW_PTE_WRITE);
  /* Where there is no page, there is nothing to be protected. */
  g_assert_cmpint (store (VM_AT (6), 9), ==, 0);
  g_assert_cmpint (load (VM_AT (2)), ==, 0);
  g_assert_cmpint (store (VM_AT (2), 50), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (read_msg (), ==, (gint64)VM_AT (2));
  g_assert_cmphex (outcome ().value, ==, UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP);
  g_assert_cmpuint (byte_at (1, VM_AT (2)), ==, 3);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (2), P (1), 2, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_INTERRUPTIBLE);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (2), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
  g_assert_cmpuint (byte_at (1, VM_AT (2)), ==, 50);
  /* mprotect() keeps the mark. */
  vm_as (0);
  vm_script ("prot 0 8 r");
  vm_script ("prot 0 8 rw");
  g_assert_true (pte_flags (1, 1) & VIEW_PTE_UFFD_WP);
  g_assert_cmpint (store (VM_AT (1), 60), ==, -ERESTARTNOINTR);
  vm_as (1);
  /* Unregistering for writes wakes nobody but takes the marks; the fault is tried again when somebody wakes. */
  g_assert_cmpint (uffd (OP_uffd_unregister, VM_AT (0), P (8), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).state, ==, TASK_INTERRUPTIBLE);
  g_assert_cmpint (uffd (OP_uffd_wake, VM_AT (0), P (8), 0, 0), ==, 0);
  g_assert_cmpuint (byte_at (1, VM_AT (1)), ==, 60);
  g_assert_false (pte_flags (1, 0) & VIEW_PTE_UFFD_WP);
}

/* A page that comes protected; the child of fork() is not told, nor is memory that was moved. */
static void
test_write_protection_and_fork (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);

  g_assert_cmpint (reg (0, 8, MISSING | WP), ==, 0);
  vm_as (1);
  g_assert_cmpint (copy (0, 1, UFFDIO_COPY_MODE_WP), ==, 0);
  vm_as (0);
  g_assert_true (pte_flags (1, 0) & VIEW_PTE_UFFD_WP);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 3);
  g_assert_cmpstr (letters (1, 0), ==, "um uw");
  g_assert_cmpstr (letters (3, 0), ==, "");
  g_assert_false (pte_flags (3, 0) & VIEW_PTE_UFFD_WP);
  vm_as (2);
  g_assert_cmpint (store (VM_AT (0), 1), ==, 0);
  g_assert_cmpint (store (VM_AT (5), 1), ==, 0);
  vm_as (0);
  /* A marked page that is shared with the child: first the monitor, then copy-on-write. */
  g_assert_cmpint (store (VM_AT (0), 2), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (0), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (byte_at (1, VM_AT (0)), ==, 2);
  g_assert_cmpuint (byte_at (3, VM_AT (0)), ==, 1);
  g_assert_cmpint (copy (1, 1, UFFDIO_COPY_MODE_WP), ==, 0);
  vm_as (0);
  g_assert_cmpint (vm_op (OP_mremap, VM_AT (0), P (8), P (8), MREMAP_MAYMOVE | MREMAP_FIXED, VM_AT (40), 0), ==,
                   (gint64)VM_AT (40));
  test_assert_valid ();
  g_assert_cmpstr (letters (1, 40), ==, "");
  g_assert_false (pte_flags (1, 41) & VIEW_PTE_UFFD_WP);
  g_assert_cmpint (store (VM_AT (41), 2), ==, 0);
  g_assert_cmpint (store (VM_AT (45), 2), ==, 0);
}

/* ---- Swap and huge pages ---- */

/* A machine with a swap device, and huge pages always. Task 1 is a monitor with an address space of its own. */
static TestMachine *
machine_with_swap_and_huge_pages (guint64 ram)
{
  struct mm_op monitor = { .kind = OP_task_create, .nid = -1, .slot = VM_TASK_SLOT + 1 };
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, ram);
  config.nr_swaps = 1;
  config.swaps[0].size = MIB (32);
  config.thp_enabled = THP_ALWAYS;
  machine = vm_test_machine_of (&config);
  monitor.arg[4] = TASK_CREATE_BARE | TASK_CREATE_NO_THP;
  g_assert_cmpint (test_run (monitor), ==, 2);
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_THP_DISABLE, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (uffd_open (UFFD_SLOT, UFFD_USER_MODE_ONLY), >, 0);
  g_assert_cmpint (api (0), ==, 0);
  return machine;
}

/* The mark stays while the page is in swap; it is changed there; and it comes back by swapoff() as well. */
static void
test_write_protection_and_swap (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swap_and_huge_pages (MIB (16));

  g_assert_cmpint (vm_mmap (VM_AT (1), P (4), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (1));
  g_assert_cmpint (vm_op (OP_store, VM_AT (1), 1, 4, PAGE_SIZE, 0, 1), ==, 0);
  g_assert_cmpint (reg (1, 4, WP), ==, 0);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (1), P (3), 1, 0), ==, 0);
  /* The monitor needs more memory than there is. */
  vm_as (1);
  g_assert_cmpint (vm_mmap (VM_AT (0), P (5000), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (vm_op (OP_store, VM_AT (0), 1, 5000, PAGE_SIZE, 0, 1), ==, 0);
  test_assert_valid ();
  vm_as (0);
  g_assert_cmphex (pte_flags (1, 1) & (VIEW_PTE_SWAP | VIEW_PTE_UFFD_WP), ==, VIEW_PTE_SWAP | VIEW_PTE_UFFD_WP);
  g_assert_cmphex (pte_flags (1, 4) & (VIEW_PTE_SWAP | VIEW_PTE_UFFD_WP), ==, VIEW_PTE_SWAP);
  /* Those that are in swap can be protected, and set free, there. */
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (4), P (1), 1, 0), ==, 0);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (3), P (1), 0, 0), ==, 0);
  g_assert_true (pte_flags (1, 4) & VIEW_PTE_UFFD_WP);
  g_assert_false (pte_flags (1, 3) & VIEW_PTE_UFFD_WP);
  g_assert_cmpint (store (VM_AT (3), 30), ==, 0);
  /* A write brings the page in, and then waits. */
  g_assert_cmpint (store (VM_AT (1), 10), ==, -ERESTARTNOINTR);
  g_assert_cmphex (pte_flags (1, 1) & (VIEW_PTE_PRESENT | VIEW_PTE_WRITE | VIEW_PTE_UFFD_WP), ==,
                   VIEW_PTE_PRESENT | VIEW_PTE_UFFD_WP);
  vm_as (1);
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (1), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (byte_at (1, VM_AT (1)), ==, 10);
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), P (5000), 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_swapoff, 0, 0, 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
  g_assert_cmphex (pte_flags (1, 2) & (VIEW_PTE_PRESENT | VIEW_PTE_WRITE | VIEW_PTE_UFFD_WP), ==,
                   VIEW_PTE_PRESENT | VIEW_PTE_UFFD_WP);
}

/* A huge page is protected as a whole, or, when its mapping is split, page by page; missing ones are asked for singly. */
static void
test_huge_pages (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swap_and_huge_pages (MIB (64));
  guint64 split;

  g_assert_cmpint (vm_mmap (VM_AT (0), 2 * P (512), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (store (VM_AT (7), 7), ==, 0);
  g_assert_true (pte_flags (1, 0) & VIEW_PTE_HUGE);
  g_assert_cmpint (reg (0, 1024, MISSING | WP), ==, 0);
  split = test_counter ("thp_split_pmd");
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (0), P (512), 1, 0), ==, 0);
  g_assert_cmpuint (test_counter ("thp_split_pmd"), ==, split);
  g_assert_true (pte_flags (1, 0) & VIEW_PTE_HUGE);
  g_assert_cmpint (store (VM_AT (7), 8), ==, -ERESTARTNOINTR);
  vm_as (1);
  /* Only one page is set free: the mapping is split, and the others keep the mark. */
  g_assert_cmpint (uffd (OP_uffd_writeprotect, VM_AT (7), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (test_counter ("thp_split_pmd"), ==, split + 1);
  g_assert_cmpuint (byte_at (1, VM_AT (7)), ==, 8);
  g_assert_true (pte_flags (1, 8) & VIEW_PTE_UFFD_WP);
  g_assert_false (pte_flags (1, 7) & VIEW_PTE_UFFD_WP);
  vm_as (0);
  g_assert_cmpint (store (VM_AT (520), 1), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (520), P (1), 0, 0), ==, 0);
  g_assert_cmpuint (byte_at (1, VM_AT (520)), ==, 1);
  g_assert_cmpuint (pte_flags (1, 521), ==, 0);
  vm_as (0);
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (512), P (512), MADV_COLLAPSE, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (load (VM_AT (600)), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (vm_op (OP_close, UFFD_SLOT + 1, 0, 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
  g_assert_cmpuint (task (1).state, ==, TASK_RUNNING);
}

/* ---- Shared memory ---- */

static void
test_shared_memory (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (UFFD_FEATURE_MINOR_SHMEM);
  guint64 shm = VM_AT (64);

  g_assert_cmpint (vm_mmap (shm, P (8), VM_RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED), ==, (gint64)shm);
  /* Entries of files do not stay: they cannot be write-protected. */
  g_assert_cmpint (reg (64, 8, WP), ==, -EINVAL);
  g_assert_cmpint (reg (64, 8, MISSING), ==, 0);
  g_assert_cmpint (load (shm), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (copy (64, 1, 0), ==, 0);
  g_assert_cmpint (task (1).restart_result, ==, 0);
  g_assert_cmpuint (task (1).restart_value, ==, 7);
  g_assert_cmpint (uffd (OP_uffd_zeropage, VM_AT (65), P (1), 0, 0), ==, 0);
  vm_as (0);
  /* The page is a page of the file: who maps it elsewhere sees it, and a second copy finds it there. */
  g_assert_cmpint (vm_op (OP_madvise, shm, P (1), MADV_DONTNEED, 0, 0, 0), ==, 0);
  g_assert_cmpint (copy (64, 1, 0), ==, -EEXIST);
  g_assert_cmpint (load (shm), ==, 0);
  g_assert_cmpuint (outcome ().value, ==, 7);
  /* Cached but not mapped: that is for a userfaultfd, too, if it asked for it. */
  g_assert_cmpint (uffd (OP_uffd_unregister, shm, P (8), 0, 0), ==, 0);
  g_assert_cmpint (reg (64, 8, MINOR), ==, 0);
  g_assert_cmpstr (letters (1, 64), ==, "ui");
  g_assert_cmpint (vm_op (OP_madvise, shm, P (1), MADV_DONTNEED, 0, 0, 0), ==, 0);
  g_assert_cmpint (load (shm), ==, -ERESTARTNOINTR);
  vm_as (1);
  g_assert_cmpint (read_msg (), ==, (gint64)shm);
  g_assert_cmphex (outcome ().value, ==, UFFD_PAGEFAULT_FLAG_MINOR);
  g_assert_cmpint (uffd (OP_uffd_continue, shm + P (4), P (1), 0, 0), ==, -EFAULT); /* a hole */
  g_assert_cmpint (uffd (OP_uffd_continue, shm, P (1), 0, 0), ==, 0);
  g_assert_cmpuint (task (1).restart_value, ==, 7);
  g_assert_cmpint (uffd (OP_uffd_continue, shm, P (1), 0, 0), ==, -EEXIST);
}

/* ---- VMAs ---- */

static void
test_merging (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = monitored (0);

  g_assert_cmpint (reg (4, 4, MISSING), ==, 0);
  vm_script ("= 0-4:rw 4-8:rw 8-16:rw");
  /* The same again, and less: nothing changes. */
  g_assert_cmpint (reg (4, 4, MISSING), ==, 0);
  g_assert_cmpint (reg (6, 4, MISSING), ==, 0);
  vm_script ("= 0-4:rw 4-10:rw 10-16:rw");
  g_assert_cmpint (reg (2, 12, MISSING), ==, 0);
  vm_script ("= 0-2:rw 2-14:rw 14-16:rw");
  g_assert_cmpint (reg (4, 2, MISSING | WP), ==, 0);
  vm_script ("= 0-2:rw 2-4:rw 4-6:rw 6-14:rw 14-16:rw");
  g_assert_cmpint (reg (4, 2, MISSING), ==, 0);
  vm_script ("= 0-2:rw 2-4:rw 4-6:rw 6-14:rw 14-16:rw");
  g_assert_cmpint (uffd (OP_uffd_unregister, VM_AT (0), P (16), 0, 0), ==, 0);
  vm_script ("= 0-16:rw");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/userfaultfd/errors/making", test_errors_of_making);
  g_test_add_func ("/userfaultfd/errors/registering", test_errors_of_registering);
  g_test_add_func ("/userfaultfd/errors/filling", test_errors_of_filling);
  g_test_add_func ("/userfaultfd/missing", test_missing);
  g_test_add_func ("/userfaultfd/woken-in-vain", test_woken_in_vain);
  g_test_add_func ("/userfaultfd/row-of-accesses", test_row_of_accesses);
  g_test_add_func ("/userfaultfd/nobody-serves", test_nobody_serves);
  g_test_add_func ("/userfaultfd/killed", test_killed);
  g_test_add_func ("/userfaultfd/sigbus", test_sigbus);
  g_test_add_func ("/userfaultfd/system-calls", test_system_calls);
  g_test_add_func ("/userfaultfd/populate", test_populate);
  g_test_add_func ("/userfaultfd/copy-sleeps", test_copy_sleeps);
  g_test_add_func ("/userfaultfd/write-protection", test_write_protection);
  g_test_add_func ("/userfaultfd/write-protection-and-fork", test_write_protection_and_fork);
  g_test_add_func ("/userfaultfd/write-protection-and-swap", test_write_protection_and_swap);
  g_test_add_func ("/userfaultfd/huge-pages", test_huge_pages);
  g_test_add_func ("/userfaultfd/shared-memory", test_shared_memory);
  g_test_add_func ("/userfaultfd/merging", test_merging);
  return g_test_run ();
}
