/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls on memory: every error that each can give, and what it leaves behind; the heap, limits,
 * commit accounting, locking, sealing.
 */
#include "vm-test.h"

#define TOP 0x7ffffffff000UL
#define HEAP 0x401000UL
#define P(n) ((guint64)(n)*PAGE_SIZE)
#define HUGE_LEN (~0UL << PAGE_SHIFT)

/* A call and what it must return: errors as -errno. */
typedef struct
{
  const char *what;
  guint kind;
  guint64 a[6];
  gint64 result;
} Call;

static void
check_calls (const Call *calls, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const guint64 *a = calls[i].a;
      gint64 result = vm_op (calls[i].kind, a[0], a[1], a[2], a[3], a[4], a[5]);

      if (result != calls[i].result)
        g_error (
          "%s: %" G_GINT64_FORMAT ", expected %" G_GINT64_FORMAT, calls[i].what, result, calls[i].result);
      test_assert_valid ();
    }
}
#define CHECK_CALLS(calls) check_calls (calls, G_N_ELEMENTS (calls))

static void
expect_layout (const char *expected)
{
  g_autofree char *layout = vm_layout ();

  g_assert_cmpstr (layout, ==, expected);
}

/* ---- Errors ---- */

static void
test_mmap_errors (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const guint64 file = VM_FILE_SLOT + 2;
  const Call calls[] = {
    { "no length", OP_mmap, { 0, 0, VM_RW, VM_ANON }, -EINVAL },
    { "not aligned", OP_mmap, { VM_AT (0) + 1, P (1), VM_RW, VM_ANON | MAP_FIXED }, -EINVAL },
    { "neither shared nor private", OP_mmap, { 0, P (1), VM_RW, MAP_ANONYMOUS }, -EINVAL },
    { "validated but anonymous", OP_mmap, { 0, P (1), VM_RW, MAP_SHARED_VALIDATE | MAP_ANONYMOUS }, -EINVAL },
    { "huge", OP_mmap, { 0, HUGE_LEN, VM_RW, VM_ANON }, -ENOMEM },
    { "rounded to nothing", OP_mmap, { 0, ~0UL, VM_RW, VM_ANON }, -ENOMEM },
    { "larger than user space", OP_mmap, { 0, 1UL << 47, VM_RW, VM_ANON }, -ENOMEM },
    { "past user space", OP_mmap, { TOP, P (1), VM_RW, VM_ANON | MAP_FIXED }, -ENOMEM },
    { "in the kernel's half", OP_mmap, { ~0UL << 47, P (1), VM_RW, VM_ANON | MAP_FIXED }, -ENOMEM },
    { "offset not aligned", OP_mmap, { 0, P (1), PROT_READ, MAP_PRIVATE, file, 1 }, -EINVAL },
    { "no file", OP_mmap, { 0, P (1), PROT_READ, MAP_PRIVATE }, -EBADF },
    { "closed file", OP_mmap, { 0, P (1), PROT_READ, MAP_PRIVATE, MM_OP_BAD_FILE }, -EBADF },
    { "offset past any file",
      OP_mmap,
      { 0, P (2), PROT_READ, MAP_PRIVATE, file, 0x7ffffffffffff000 },
      -EOVERFLOW },
    { "offset wraps", OP_mmap, { 0, P (2), PROT_READ, MAP_PRIVATE, file, HUGE_LEN }, -EOVERFLOW },
    { "unknown flag validated",
      OP_mmap,
      { 0, P (1), PROT_READ, MAP_SHARED_VALIDATE | 0x400000, file },
      -EOPNOTSUPP },
    { "synchronous", OP_mmap, { 0, P (1), PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, file }, -EOPNOTSUPP },
    { "file that grows down", OP_mmap, { 0, P (1), PROT_READ, MAP_PRIVATE | MAP_GROWSDOWN, file }, -EINVAL },
    { "shared that grows down",
      OP_mmap,
      { 0, P (1), VM_RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN },
      -EINVAL },
    { "droppable file", OP_mmap, { 0, P (1), VM_RW, MAP_DROPPABLE, file }, -EINVAL },
    { "droppable and locked",
      OP_mmap,
      { 0, P (1), VM_RW, MAP_DROPPABLE | MAP_ANONYMOUS | MAP_LOCKED },
      -EINVAL },
    { "reserved huge pages", OP_mmap, { 0, P (1), VM_RW, VM_ANON | MAP_HUGETLB }, -ENOMEM },
    { "huge pages of odd size", OP_mmap, { 0, P (1), VM_RW, VM_ANON | MAP_HUGETLB | 5u << 26 }, -EINVAL },
    { "huge pages not aligned",
      OP_mmap,
      { VM_AT (1), P (512), VM_RW, VM_ANON | MAP_HUGETLB | MAP_FIXED },
      -EINVAL },
    { "huge pages of a file", OP_mmap, { 0, P (1), PROT_READ, MAP_PRIVATE | MAP_HUGETLB, file }, -EINVAL },
  };

  CHECK_CALLS (calls);
  expect_layout ("nothing");
}

static void
test_file_permissions (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct mm_op open = { .kind = OP_open, .nid = -1, .slot = 30 };
  struct mm_op pipe = { .kind = OP_file_create, .nid = -1, .slot = 32 };
  const Call calls[] = {
    { "shared and written, opened to be read", OP_mmap, { 0, P (1), VM_RW, MAP_SHARED, 31 }, -EACCES },
    { "private, opened to be read",
      OP_mmap,
      { VM_AT (0), P (1), VM_RW, MAP_PRIVATE | MAP_FIXED, 31 },
      (gint64)VM_AT (0) },
    { "shared, opened to be read",
      OP_mmap,
      { VM_AT (1), P (1), PROT_READ, MAP_SHARED | MAP_FIXED, 31 },
      (gint64)VM_AT (1) },
    { "and made writable", OP_mprotect, { VM_AT (1), P (1), VM_RW }, -EACCES },
    { "opened to be written", OP_mmap, { 0, P (1), PROT_WRITE, MAP_PRIVATE, 32 }, -EACCES },
    { "a pipe", OP_mmap, { 0, P (1), PROT_READ, MAP_PRIVATE, 34 }, -ENODEV },
    { "a pipe to be executed", OP_mmap, { 0, P (1), PROT_EXEC, MAP_PRIVATE, 34 }, -EPERM },
    { "a hole in what may not be written", OP_madvise, { VM_AT (1), P (1), MADV_REMOVE }, -EACCES },
  };

  open.arg[0] = VM_FILE_SLOT + 1;
  open.arg[1] = FMODE_READ;
  g_assert_cmpint (test_run (open), >=, 0);
  open.slot = 31;
  open.arg[1] = FMODE_WRITE;
  g_assert_cmpint (test_run (open), >=, 0);
  pipe.arg[0] = INODE_PIPE;
  g_assert_cmpint (test_run (pipe), >=, 0);
  open.slot = 33;
  open.arg[0] = 33;
  open.arg[1] = FMODE_READ;
  g_assert_cmpint (test_run (open), >=, 0);
  CHECK_CALLS (calls);
}

static void
test_range_errors (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const Call calls[] = {
    { "munmap: not aligned", OP_munmap, { VM_AT (0) + 100, P (1) }, -EINVAL },
    { "munmap: no length", OP_munmap, { VM_AT (0), 0 }, -EINVAL },
    { "munmap: huge", OP_munmap, { VM_AT (0), HUGE_LEN }, -EINVAL },
    { "munmap: past the end", OP_munmap, { TOP, P (1) }, -EINVAL },
    { "munmap: over the end", OP_munmap, { TOP - P (1), P (2) }, -EINVAL },
    { "munmap: nothing there", OP_munmap, { VM_AT (100), P (4) }, 0 },
    { "mprotect: not aligned", OP_mprotect, { VM_AT (0) + 1, P (1), VM_RW }, -EINVAL },
    { "mprotect: wraps", OP_mprotect, { VM_AT (0), ~0UL, VM_RW }, -ENOMEM },
    { "mprotect: unknown bit", OP_mprotect, { VM_AT (0), P (1), VM_RW | 0x80 }, -EINVAL },
    { "mprotect: grows both ways",
      OP_mprotect,
      { VM_AT (0), P (1), VM_RW | PROT_GROWSDOWN | PROT_GROWSUP },
      -EINVAL },
    { "mprotect: does not grow down", OP_mprotect, { VM_AT (0), P (1), VM_RW | PROT_GROWSDOWN }, -EINVAL },
    { "mprotect: does not grow up", OP_mprotect, { VM_AT (0), P (1), VM_RW | PROT_GROWSUP }, -EINVAL },
    { "mprotect: nothing there", OP_mprotect, { VM_AT (100), P (1), VM_RW }, -ENOMEM },
    { "mprotect: begins in a gap", OP_mprotect, { VM_AT (-1), P (2), VM_RW }, -ENOMEM },
    { "mprotect: no length", OP_mprotect, { VM_AT (100), 0, VM_RW }, 0 },
    { "madvise: not aligned", OP_madvise, { VM_AT (0) + 1, P (1), MADV_DONTNEED }, -EINVAL },
    { "madvise: wraps", OP_madvise, { VM_AT (0), HUGE_LEN, MADV_DONTNEED }, -EINVAL },
    { "madvise: rounded to nothing", OP_madvise, { VM_AT (0), ~0UL, MADV_DONTNEED }, -EINVAL },
    { "madvise: unknown", OP_madvise, { VM_AT (0), P (1), 99 }, -EINVAL },
    { "madvise: nothing there", OP_madvise, { VM_AT (100), P (1), MADV_DONTNEED }, -ENOMEM },
    { "madvise: no length", OP_madvise, { VM_AT (100), 0, MADV_DONTNEED }, 0 },
    { "madvise: hole in private memory", OP_madvise, { VM_AT (0), P (1), MADV_REMOVE }, -EINVAL },
    { "madvise: populate nothing", OP_madvise, { VM_AT (100), P (1), MADV_POPULATE_READ }, -ENOMEM },
    { "madvise: populate for writing what is read-only",
      OP_madvise,
      { VM_AT (4), P (1), MADV_POPULATE_WRITE },
      -EINVAL },
    { "msync: unknown flag", OP_msync, { VM_AT (0), P (1), 8 }, -EINVAL },
    { "msync: both ways", OP_msync, { VM_AT (0), P (1), MS_ASYNC | MS_SYNC }, -EINVAL },
    { "msync: not aligned", OP_msync, { VM_AT (0) + 1, P (1), MS_SYNC }, -EINVAL },
    { "msync: wraps", OP_msync, { VM_AT (0), HUGE_LEN, MS_SYNC }, -ENOMEM },
    { "msync: gap", OP_msync, { VM_AT (0), P (3), MS_SYNC }, -ENOMEM },
    { "msync: gap, asynchronously", OP_msync, { VM_AT (1), P (5), MS_ASYNC }, -ENOMEM },
    { "msync: no length", OP_msync, { VM_AT (100), 0, MS_SYNC }, 0 },
    { "mincore: not aligned", OP_mincore, { VM_AT (0) + 1, P (1), 0, 0, VM_SCRATCH }, -EINVAL },
    { "mincore: nothing there", OP_mincore, { VM_AT (100), P (1), 0, 0, VM_SCRATCH }, -ENOMEM },
    { "mincore: past user space", OP_mincore, { TOP, P (1), 0, 0, VM_SCRATCH }, -ENOMEM },
    { "mincore: wraps", OP_mincore, { VM_AT (0), HUGE_LEN, 0, 0, VM_SCRATCH }, -ENOMEM },
    { "mincore: answer to nowhere", OP_mincore, { VM_AT (0), P (1), 0, 0, 0x1000 }, -EFAULT },
    { "mincore: answer to the kernel", OP_mincore, { VM_AT (0), P (1), 0, 0, ~0UL << 47 }, -EFAULT },
    { "mincore", OP_mincore, { VM_AT (0), P (2), 0, 0, VM_SCRATCH }, 0 },
    { "mseal: flag", OP_mseal, { VM_AT (0), P (1), 1 }, -EINVAL },
    { "mseal: not aligned", OP_mseal, { VM_AT (0) + 1, P (1) }, -EINVAL },
    { "mseal: wraps", OP_mseal, { VM_AT (0), HUGE_LEN }, -EINVAL },
    { "mseal: rounded to nothing", OP_mseal, { VM_AT (0), ~0UL }, -EINVAL },
    { "mseal: gap", OP_mseal, { VM_AT (0), P (5) }, -ENOMEM },
    { "mseal: no length", OP_mseal, { VM_AT (0), 0 }, 0 },
    { "mlock: gap", OP_mlock, { VM_AT (1), P (2) }, -ENOMEM },
    { "mlock: huge", OP_mlock, { VM_AT (0), HUGE_LEN }, -ENOMEM },
    { "mlock2: unknown flag", OP_mlock2, { VM_AT (0), P (1), 2 }, -EINVAL },
    { "munlock: nothing there", OP_munlock, { VM_AT (100), P (1) }, -ENOMEM },
    { "mlockall: nothing", OP_mlockall, { 0 }, -EINVAL },
    { "mlockall: unknown flag", OP_mlockall, { 8 }, -EINVAL },
    { "mlockall: only on fault", OP_mlockall, { MCL_ONFAULT }, -EINVAL },
    { "setrlimit: no such limit", OP_setrlimit, { 16, 0 }, -EINVAL },
    { "getrusage: to nowhere", OP_getrusage, { 0x1000 }, -EFAULT },
    { "load: odd width", OP_load, { VM_AT (0), 3 }, -EINVAL },
    { "load: nothing there", OP_load, { VM_AT (100), 1 }, -EFAULT },
  };

  vm_limit (RLIMIT_MEMLOCK, P (64));
  vm_script ("map 0 2 rw\nmap 4 2 r");
  CHECK_CALLS (calls);
}

static void
test_mremap_errors (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const guint fixed = MREMAP_MAYMOVE | MREMAP_FIXED, keep = MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
  const Call calls[] = {
    { "not aligned", OP_mremap, { VM_AT (0) + 1, P (1), P (2), MREMAP_MAYMOVE }, -EINVAL },
    { "no new length", OP_mremap, { VM_AT (0), P (1), 0, MREMAP_MAYMOVE }, -EINVAL },
    { "private duplicate", OP_mremap, { VM_AT (0), 0, P (1), MREMAP_MAYMOVE }, -EINVAL },
    { "unknown flag", OP_mremap, { VM_AT (0), P (1), P (2), 8 }, -EINVAL },
    { "fixed but not movable", OP_mremap, { VM_AT (0), P (1), P (2), MREMAP_FIXED, VM_AT (40) }, -EINVAL },
    { "kept but not movable", OP_mremap, { VM_AT (0), P (1), P (1), MREMAP_DONTUNMAP }, -EINVAL },
    { "kept and resized", OP_mremap, { VM_AT (0), P (1), P (2), keep }, -EINVAL },
    { "onto itself", OP_mremap, { VM_AT (0), P (4), P (4), fixed, VM_AT (2) }, -EINVAL },
    { "target not aligned", OP_mremap, { VM_AT (0), P (1), P (1), fixed, VM_AT (40) + 1 }, -EINVAL },
    { "target past user space", OP_mremap, { VM_AT (0), P (1), P (1), fixed, TOP }, -EINVAL },
    { "target page 0", OP_mremap, { VM_AT (0), P (1), P (1), fixed, 0 }, -EPERM },
    { "nothing there", OP_mremap, { VM_AT (100), P (1), P (2), MREMAP_MAYMOVE }, -EFAULT },
    { "over the end of a VMA", OP_mremap, { VM_AT (0), P (6), P (8), MREMAP_MAYMOVE }, -EFAULT },
    { "larger than user space", OP_mremap, { VM_AT (0), P (4), 1UL << 47, MREMAP_MAYMOVE }, -EINVAL },
    { "too large to be promised", OP_mremap, { VM_AT (0), P (4), 0x7f0000000000, MREMAP_MAYMOVE }, -ENOMEM },
    { "no room", OP_mremap, { VM_AT (0), P (4), P (5), 0 }, -ENOMEM },
    { "shrunk by more than there are addresses",
      OP_mremap,
      { VM_AT (0), HUGE_LEN, P (1), MREMAP_MAYMOVE },
      -EINVAL },
    { "several, beginning in a gap", OP_mremap, { VM_AT (-2), P (8), P (8), fixed, VM_AT (40) }, -EFAULT },
    { "several, with another length", OP_mremap, { VM_AT (0), P (6), P (5), fixed, VM_AT (40) }, -EFAULT },
    { "several of /dev/zero", OP_mremap, { VM_AT (20), P (4), P (4), fixed, VM_AT (40) }, -EFAULT },
  };

  vm_script ("map 0 4 rw\nmap 4 4 r\nmap 20 2 rw zero 0\nmap 22 2 r");
  CHECK_CALLS (calls);
  expect_layout ("0-4:rw 4-8:r 20-22:rw@0 22-24:r");
}

static void
test_no_task (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const guint kinds[] = { OP_mmap,       OP_munmap, OP_mprotect, OP_mremap,  OP_brk,
                          OP_madvise,    OP_mlock,  OP_mlock2,   OP_munlock, OP_mlockall,
                          OP_munlockall, OP_msync,  OP_mincore,  OP_mseal,   OP_setrlimit,
                          OP_getrusage,  OP_load,   OP_store,    OP_fetch };

  vm_script ("exit");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpint (vm_op (kinds[i], VM_AT (0), 1, 1, 0, 0, 0), ==, -ESRCH);
}

/* ---- What failures leave behind ---- */

static void
test_partial_failures (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  /* mprotect and mlock stop at a gap, madvise goes on; a late failure of MAP_FIXED leaves its cut. */
  vm_script ("map 0 2 rw\nmap 3 2 rw\nprot 0 5 r ! ENOMEM\n= 0-2:r 3-5:rw\n"
             "lock 0 5 ! ENOMEM\n= 0-2:r+L 3-5:rw\nunlock 0 2\n"
             "touch 3 2\nadvise 1 4 4 ! ENOMEM\n= 0-2:r 3-5:rw\nunmap 0 5");
  vm_script ("map 0 8 r");
  vm_limit (RLIMIT_AS, vm_counters ().total_vm * PAGE_SIZE);
  vm_script ("map 4 8 r ! ENOMEM\n= 0-4:r 4-8:r\ngrow 0 8 9 ! EFAULT\nmap 2 4 rw\n= 0-2:r 2-6:rw 6-8:r");
}

/* ---- Sealing ---- */

static void
test_seal (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  vm_script (
    "map 0 4 rw\ntouch 0 4\nseal 1 2\n= 0-1:rw 1-3:rw+S 3-4:rw\n"
    "unmap 1 1 ! EPERM\nunmap 0 4 ! EPERM\nmap 1 1 rw ! EPERM\ngrow 1 1 2 ! EPERM\nmove 1 1 20 ! EPERM\n"
    "prot 0 4 r ! EPERM\n= 0-1:r 1-3:rw+S 3-4:rw\n"
    "advise 1 1 4\nlock 1 1\nunlock 1 1\ntouch 1 2\nseal 0 2\nadvise 0 1 4 ! EPERM\n= 0-1:r+S 1-3:rw+S 3-4:rw\n"
    "fork\nas 1\nunmap 1 1 ! EPERM\nexit\nas 0");
}

/* ---- The heap ---- */

static void
test_brk (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const Call calls[] = {
    { "where it is", OP_brk, { 0 }, HEAP },
    { "a few bytes", OP_brk, { HEAP + 100 }, HEAP + 100 },
    { "some pages", OP_brk, { HEAP + P (5) }, HEAP + P (5) },
    { "below its start", OP_brk, { HEAP - 1 }, HEAP + P (5) },
    { "past user space", OP_brk, { TOP }, HEAP + P (5) },
    { "back", OP_brk, { HEAP + P (1) }, HEAP + P (1) },
    { "a neighbour", OP_mmap, { HEAP + P (8), P (1), VM_RW, VM_ANON | MAP_FIXED }, HEAP + P (8) },
    { "up to it", OP_brk, { HEAP + P (8) }, HEAP + P (1) },
    { "a page less", OP_brk, { HEAP + P (7) }, HEAP + P (7) },
    { "a hole in it", OP_munmap, { HEAP + P (2), P (1) }, 0 },
    { "and over it", OP_brk, { HEAP + P (1) }, HEAP + P (1) },
    { "all of it unmapped", OP_munmap, { HEAP, P (1) }, 0 },
    { "nothing to give back", OP_brk, { HEAP }, HEAP + P (1) },
  };

  CHECK_CALLS (calls);
}

static void
test_brk_limits (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const Call calls[] = {
    { "within RLIMIT_DATA", OP_brk, { HEAP + P (4) }, HEAP + P (4) },
    { "beyond it", OP_brk, { HEAP + P (40) }, HEAP + P (4) },
    { "private writable memory counts", OP_mmap, { VM_AT (0), P (8), VM_RW, VM_ANON | MAP_FIXED }, -ENOMEM },
    { "read-only does not",
      OP_mmap,
      { VM_AT (0), P (8), PROT_READ, VM_ANON | MAP_FIXED },
      (gint64)VM_AT (0) },
    { "unless it is made writable", OP_mprotect, { VM_AT (0), P (8), VM_RW }, -ENOMEM },
    { "new memory shall be locked", OP_mlockall, { MCL_FUTURE }, 0 },
    { "which is limited", OP_brk, { HEAP + P (7) }, HEAP + P (4) },
    { "to two pages", OP_brk, { HEAP + P (6) }, HEAP + P (6) },
  };

  vm_limit (RLIMIT_DATA, P (8));
  vm_limit (RLIMIT_MEMLOCK, P (2));
  CHECK_CALLS (calls);
}

/* ---- Limits ---- */

static void
test_map_count (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint n = vm_counters ().map_count;

  g_assert_cmpint (vm_tune (TUNABLE_max_map_count, n + 3), ==, 0);
  vm_script ("map 0 8 rw\nprot 1 1 r\nprot 3 1 r ! ENOMEM\nunmap 5 1 ! ENOMEM\nlock 5 1 ! ENOMEM\n"
             "advise 5 1 1 ! EAGAIN\n= 0-1:rw 1-2:r 2-8:rw\nunmap 7 1\nmap 20 1 r\nmap 22 1 r ! ENOMEM\n"
             "move 0 1 30 ! ENOMEM\ngrow 0 1 2 ! ENOMEM\n= 0-1:rw 1-2:r 2-7:rw 20-21:r");
}

static void
test_locked (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const Call calls[] = {
    { "too much", OP_mlock, { VM_AT (0), P (9) }, -ENOMEM },
    { "some", OP_mlock, { VM_AT (0), P (6) }, 0 },
    { "some of it again", OP_mlock, { VM_AT (4), P (4) }, 0 },
    { "a new mapping", OP_mmap, { VM_AT (20), P (1), VM_RW, VM_ANON | MAP_FIXED | MAP_LOCKED }, -EAGAIN },
    { "growing", OP_mremap, { VM_AT (0), P (8), P (9), 0 }, -EAGAIN },
    { "not needed", OP_madvise, { VM_AT (0), P (1), MADV_DONTNEED }, -EINVAL },
    { "cold", OP_madvise, { VM_AT (0), P (1), MADV_COLD }, -EINVAL },
    { "free", OP_madvise, { VM_AT (0), P (1), MADV_FREE }, -EINVAL },
    { "a guard", OP_madvise, { VM_AT (0), P (1), MADV_GUARD_INSTALL }, -EINVAL },
    { "not needed all the same", OP_madvise, { VM_AT (0), P (1), MADV_DONTNEED_LOCKED }, 0 },
    { "msync of locked memory", OP_msync, { VM_AT (0), P (1), MS_INVALIDATE }, -EBUSY },
    { "all, which is too much", OP_mlockall, { MCL_CURRENT }, -ENOMEM },
    { "none at all", OP_setrlimit, { RLIMIT_MEMLOCK, 0 }, 0 },
    { "is another error", OP_mlock, { VM_AT (10), P (1) }, -EPERM },
    { "for mmap, too", OP_mmap, { VM_AT (20), P (1), VM_RW, VM_ANON | MAP_FIXED | MAP_LOCKED }, -EPERM },
    { "and for all", OP_mlockall, { MCL_FUTURE }, -EPERM },
    { "but not for unlocking", OP_munlock, { VM_AT (0), P (8) }, 0 },
  };

  vm_limit (RLIMIT_MEMLOCK, P (8));
  vm_script ("map 0 12 rw");
  g_assert_cmpint (vm_counters ().locked_vm, ==, 0);
  CHECK_CALLS (calls);
  g_assert_cmpint (vm_counters ().locked_vm, ==, 0);
}

/* MREMAP_DONTUNMAP of locked memory counts it twice, for good, as the kernel does. */
static void
test_locked_twice (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  vm_script ("map 0 4 rw\nlock 0 4\nkeep 0 4 10\n= 0-4:rw 10-14:rw+L");
  g_assert_cmpint (vm_counters ().locked_vm, ==, 8);
  vm_op (OP_munlockall, 0, 0, 0, 0, 0, 0);
  g_assert_cmpint (vm_counters ().locked_vm, ==, 4);
}

static void
test_stack (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const guint64 low = TOP - (132UL << 10);
  const Call calls[] = {
    { "it grows", OP_store, { low - P (3), 1 }, 0 },
    { "something below it",
      OP_mmap,
      { low - P (303), P (1), VM_RW, VM_ANON | MAP_FIXED },
      (gint64)(low - P (303)) },
    { "256 pages away from it", OP_store, { low - P (46), 1 }, 0 },
    { "and no nearer", OP_store, { low - P (47), 1 }, -EFAULT },
    { "unless nobody can use it", OP_mprotect, { low - P (303), P (1), PROT_NONE }, 0 },
    { "then it may", OP_store, { low - P (47), 1 }, 0 },
    { "RLIMIT_STACK", OP_setrlimit, { RLIMIT_STACK, TOP - low + P (48) }, 0 },
    { "permits one page", OP_load, { low - P (48), 1 }, 0 },
    { "and not two", OP_load, { low - P (49), 1 }, -EFAULT },
  };

  CHECK_CALLS (calls);
  g_assert_cmpint (vm_counters ().stack_vm, ==, 33 + 48);
}

/* ---- Commit accounting ---- */

static void
test_overcommit (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const guint64 ram = MIB (64);
  const Call guess[] = {
    { "more than all", OP_mmap, { VM_AT (0), 2 * ram, VM_RW, VM_ANON | MAP_FIXED }, -ENOMEM },
    { "not promised",
      OP_mmap,
      { VM_AT (0), 2 * ram, VM_RW, VM_ANON | MAP_FIXED | MAP_NORESERVE },
      (gint64)VM_AT (0) },
    { "read-only", OP_mmap, { VM_AT (0), 2 * ram, PROT_READ, VM_ANON | MAP_FIXED }, (gint64)VM_AT (0) },
    { "made writable", OP_mprotect, { VM_AT (0), 2 * ram, VM_RW }, -ENOMEM },
    { "shared", OP_mmap, { 0, 2 * ram, VM_RW, MAP_SHARED | MAP_ANONYMOUS }, -ENOMEM },
    { "nearly all", OP_mmap, { VM_AT (0), ram / 2, VM_RW, VM_ANON | MAP_FIXED }, (gint64)VM_AT (0) },
    { "again",
      OP_mmap,
      { VM_AT (1 << 16), ram / 4 * 3, VM_RW, VM_ANON | MAP_FIXED },
      (gint64)VM_AT (1 << 16) },
    { "neither", OP_munmap, { VM_AT (0), P (1 << 18) }, 0 },
  };
  const Call never[] = {
    { "half of RAM at most", OP_mmap, { VM_AT (0), ram / 2, VM_RW, VM_ANON | MAP_FIXED }, -ENOMEM },
    { "MAP_NORESERVE does not help",
      OP_mmap,
      { VM_AT (0), ram / 2, VM_RW, VM_ANON | MAP_FIXED | MAP_NORESERVE },
      -ENOMEM },
    { "a quarter", OP_mmap, { VM_AT (0), ram / 4, VM_RW, VM_ANON | MAP_FIXED }, (gint64)VM_AT (0) },
    { "and another", OP_mmap, { VM_AT (1 << 16), ram / 4, VM_RW, VM_ANON | MAP_FIXED }, -ENOMEM },
    { "in the place of the first",
      OP_mmap,
      { VM_AT (0), ram / 4, VM_RW, VM_ANON | MAP_FIXED },
      (gint64)VM_AT (0) },
    { "fork promises it again", OP_fork, { 0 }, -ENOMEM },
  };

  CHECK_CALLS (guess);
  g_assert_cmpint (vm_tune (TUNABLE_overcommit_memory, OVERCOMMIT_NEVER), ==, 0);
  CHECK_CALLS (never);
  g_assert_cmpint (vm_tune (TUNABLE_overcommit_ratio, 80), ==, 0);
  g_assert_cmphex (vm_mmap (VM_AT (1 << 16), ram / 4, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (1 << 16));
  g_assert_cmpint (vm_tune (TUNABLE_overcommit_kbytes, ram >> 10), ==, 0);
  g_assert_cmphex (vm_mmap (VM_AT (1 << 17), ram / 4, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (1 << 17));
  g_assert_cmpint (vm_tune (TUNABLE_overcommit_memory, OVERCOMMIT_ALWAYS), ==, 0);
  g_assert_cmphex (vm_mmap (VM_AT (1 << 18), 1UL << 40, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (1 << 18));
  test_assert_valid ();
  vm_script ("exit");
  g_assert_cmpint (this_machine->vm_committed_as, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vm-calls/mmap-errors", test_mmap_errors);
  g_test_add_func ("/vm-calls/file-permissions", test_file_permissions);
  g_test_add_func ("/vm-calls/range-errors", test_range_errors);
  g_test_add_func ("/vm-calls/mremap-errors", test_mremap_errors);
  g_test_add_func ("/vm-calls/no-task", test_no_task);
  g_test_add_func ("/vm-calls/partial-failures", test_partial_failures);
  g_test_add_func ("/vm-calls/seal", test_seal);
  g_test_add_func ("/vm-calls/brk", test_brk);
  g_test_add_func ("/vm-calls/brk-limits", test_brk_limits);
  g_test_add_func ("/vm-calls/map-count", test_map_count);
  g_test_add_func ("/vm-calls/locked", test_locked);
  g_test_add_func ("/vm-calls/locked-twice", test_locked_twice);
  g_test_add_func ("/vm-calls/stack", test_stack);
  g_test_add_func ("/vm-calls/overcommit", test_overcommit);
  return g_test_run ();
}
