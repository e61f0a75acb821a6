/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of a program in the hands of others: what debuggers read and write, whom they leave alone; memory that devices were given,
 * and that it stays what it is through fork(), copy-on-write, reclaim, compaction and the end of the program.
 */
#include "vm-test.h"

#include "mm/gup.h"
#include "mm/swap.h"
#include "mm/vmstat.h"

#define P(n) ((guint64)(n)*PAGE_SIZE)
#define UMEM_SLOT 30u
#define CHILD_SLOT 1u

static gint64
slot_op (guint kind, guint slot, guint64 a0, guint64 a1, guint64 a2, guint64 a5)
{
  struct mm_op op = { .kind = (u16)kind, .nid = -1, .slot = slot, .task = VM_TASK_SLOT + 1 };
  gint64 result;

  op.arg[0] = a0;
  op.arg[1] = a1;
  op.arg[2] = a2;
  op.arg[5] = a5;
  result = test_run (op);
  test_assert_valid ();
  return result;
}

static guint64
last_value (void)
{
  struct view_op_result what;

  view_op_result (this_machine, &what);
  return what.value;
}

static gint64
peek (guint64 addr, guint64 *value)
{
  gint64 result = slot_op (OP_ptrace_peek, CHILD_SLOT, addr, 8, 0, 0);

  *value = last_value ();
  return result;
}

static gint64
poke (guint64 addr, guint size, guint64 value)
{
  return slot_op (OP_ptrace_poke, CHILD_SLOT, addr, size, 0, value);
}

static gint64
give (guint64 addr, guint64 len, gboolean write)
{
  return slot_op (OP_umem_get, UMEM_SLOT, addr, len, write, 0);
}

static gint64
take_back (void)
{
  return slot_op (OP_umem_release, UMEM_SLOT, 0, 0, 0, 0);
}

static guint64
dma_read (guint64 offset, guint size)
{
  g_assert_cmpint (slot_op (OP_dma_read, UMEM_SLOT, offset, size, 0, 0), ==, 0);
  return last_value ();
}

static gint64
dma_write (guint64 offset, guint size, guint64 value)
{
  return slot_op (OP_dma_write, UMEM_SLOT, offset, size, 0, value);
}

static guint64
load (guint64 addr)
{
  g_assert_cmpint (vm_op (OP_load, addr, 8, 1, 0, 0, 0), ==, 0);
  return last_value ();
}

static void
store (guint64 addr, guint64 value)
{
  g_assert_cmpint (vm_op (OP_store, addr, 8, 1, 0, 0, value), ==, 0);
  test_assert_valid ();
}

static guint64
pfn_of (s32 pid, guint64 addr)
{
  struct view_pte pte;

  return view_ptes (this_machine, pid, addr, addr + PAGE_SIZE, &pte, 1) ? pte.pfn : ~0UL;
}

/* A counter of the node, with what its CPU has not folded in. */
static gint64
node_state (enum node_stat_item item)
{
  pg_data_t *pgdat = &this_machine->node_data[0];

  return pgdat->vm_stat[item] + pgdat->per_cpu_nodestats[0].vm_node_stat_diff[item];
}

static gint64
pins (void)
{
  return node_state (NR_FOLL_PIN_ACQUIRED) - node_state (NR_FOLL_PIN_RELEASED);
}

static guint64
free_pages (void)
{
  guint64 sum = 0;

  for (guint i = 0; i < MAX_NR_ZONES; i++)
    sum += zone_page_state_snapshot (&this_machine->node_data[0].node_zones[i], NR_FREE_PAGES);
  return sum;
}

/* ---- Debuggers ---- */

/* The first task looks at its child, which maps the same: a page of data, a read-only one, a hidden one, a page of a file, a
 * shared one. */
static TestMachine *
traced (void)
{
  TestMachine *machine = vm_test_machine ();

  vm_script ("map 0 1 rw\n"
             "map 2 1 rw\n"
             "touch 0 1\n"
             "touch 2 1\n"
             "prot 2 1 -\n"
             "map 4 2 r file 0\n"
             "map 8 1 r shared file 3\n"
             "map 10 1 r\n");
  g_assert_cmpint (slot_op (OP_fork, CHILD_SLOT, 0, 0, 0, 0), >, 0);
  return machine;
}

static void
test_peek (void)
{
  TestMachine *machine = traced ();
  guint64 value, file;

  g_assert_cmpint (peek (VM_AT (0), &value), ==, 0);
  g_assert_cmpuint (value & 0xff, ==, load (VM_AT (0)) & 0xff);
  /* What the program itself may not read. */
  g_assert_cmpint (peek (VM_AT (2), &value), ==, 0);
  g_assert_cmpint (vm_op (OP_load, VM_AT (2), 8, 1, 0, 0, 0), ==, -EFAULT);
  /* What it has not touched: faulted in for it. */
  g_assert_cmpuint (pfn_of (2, VM_AT (4)), ==, ~0UL);
  g_assert_cmpint (peek (VM_AT (4), &value), ==, 0);
  g_assert_cmpuint (pfn_of (2, VM_AT (4)), !=, ~0UL);
  g_assert_cmpuint (pfn_of (1, VM_AT (4)), ==, ~0UL);
  file = load (VM_AT (4));
  g_assert_cmpuint (file, ==, value);
  /* Across two pages; and across the end. */
  g_assert_cmpint (peek (VM_AT (5) - 3, &value), ==, 0);
  g_assert_cmpint (peek (VM_AT (6) - 3, &value), ==, -EIO);
  g_assert_cmpint (peek (VM_AT (7), &value), ==, -EIO);
  test_machine_free (machine);
}

static void
test_poke (void)
{
  TestMachine *machine = traced ();
  guint64 before, value;

  /* A page they share is copied for the one that is written. */
  g_assert_cmpuint (pfn_of (1, VM_AT (0)), ==, pfn_of (2, VM_AT (0)));
  before = load (VM_AT (0));
  g_assert_cmpint (poke (VM_AT (0), 8, 0x1122334455667788), ==, 0);
  g_assert_cmpuint (pfn_of (1, VM_AT (0)), !=, pfn_of (2, VM_AT (0)));
  g_assert_cmpuint (load (VM_AT (0)), ==, before);
  g_assert_cmpint (peek (VM_AT (0), &value), ==, 0);
  g_assert_cmpuint (value, ==, 0x1122334455667788);

  /* A breakpoint in a page of a file that nobody may write to: the child has a copy, the file is as it was. */
  before = load (VM_AT (4));
  g_assert_cmpint (poke (VM_AT (4) + 1, 1, 0xcc), ==, 0);
  g_assert_cmpint (peek (VM_AT (4), &value), ==, 0);
  g_assert_cmpuint (value, ==, (before & ~0xff00UL) | 0xcc00);
  g_assert_cmpuint (load (VM_AT (4)), ==, before);
  vm_as (1);
  g_assert_cmpuint (load (VM_AT (4)), ==, value);
  g_assert_cmpint (vm_op (OP_store, VM_AT (4), 1, 1, 0, 0, 0), ==, -EFAULT);
  vm_as (0);
  /* A second one goes to the same copy. */
  before = pfn_of (2, VM_AT (4));
  g_assert_cmpint (poke (VM_AT (4) + 2, 1, 0xcc), ==, 0);
  g_assert_cmpuint (pfn_of (2, VM_AT (4)), ==, before);

  /* The zero page of a mapping that cannot be written becomes a page of its own; hidden memory can be written. */
  g_assert_cmpint (poke (VM_AT (10), 8, 7), ==, 0);
  g_assert_cmpint (peek (VM_AT (10), &value), ==, 0);
  g_assert_cmpuint (value, ==, 7);
  g_assert_cmpint (poke (VM_AT (2), 4, 7), ==, 0);

  /* Shared memory has no copies. */
  g_assert_cmpint (poke (VM_AT (8), 1, 0xcc), ==, -EIO);
  test_machine_free (machine);
}

static void
test_peek_errors (void)
{
  TestMachine *machine = traced ();

  g_assert_cmpint (slot_op (OP_ptrace_peek, CHILD_SLOT, VM_AT (0), 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (slot_op (OP_ptrace_peek, CHILD_SLOT, VM_AT (0), 9, 0, 0), ==, -EINVAL);
  g_assert_cmpint (slot_op (OP_ptrace_peek, VM_TASK_SLOT, VM_AT (0), 8, 0, 0), ==, -ESRCH);
  g_assert_cmpint (slot_op (OP_ptrace_peek, 25, VM_AT (0), 8, 0, 0), ==, -ESRCH);
  g_assert_cmpint (slot_op (OP_ptrace_peek, CHILD_SLOT, ~0UL - 3, 8, 0, 0), ==, -EIO);
  g_assert_cmpint (slot_op (OP_ptrace_peek, CHILD_SLOT, TASK_SIZE - 4, 8, 0, 0), ==, -EIO);
  vm_as (1);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (0);
  g_assert_cmpint (slot_op (OP_ptrace_poke, CHILD_SLOT, VM_AT (0), 8, 0, 0), ==, -ESRCH);
  test_machine_free (machine);
}

/* ---- Devices ---- */

static void
test_device_and_program (void)
{
  TestMachine *machine = vm_test_machine ();
  gint64 before = pins ();

  vm_script ("map 0 4 rw\n"
             "touch 1 1\n");
  g_assert_cmpint (give (VM_AT (0) + 100, P (2), TRUE), ==, 3);
  g_assert_cmpint (pins (), ==, before + 3);
  g_assert_cmpuint (vm_counters ().pinned_vm, ==, 3);
  /* Both see what the other writes. */
  g_assert_cmpint (dma_write (0, 8, 0xfeedfacecafebeef), ==, 0);
  g_assert_cmpuint (load (VM_AT (0) + 100), ==, 0xfeedfacecafebeef);
  store (VM_AT (2), 77);
  g_assert_cmpuint (dma_read (P (2) - 100, 8), ==, 77);
  /* Across a boundary. */
  g_assert_cmpint (dma_write (P (1) - 100 - 4, 8, 0x0102030405060708), ==, 0);
  g_assert_cmpuint (load (VM_AT (1) - 4), ==, 0x0102030405060708);
  g_assert_cmpint (dma_write (P (2) - 7, 8, 0), ==, -EFAULT);
  g_assert_cmpint (take_back (), ==, 0);
  g_assert_cmpint (pins (), ==, before);
  g_assert_cmpuint (vm_counters ().pinned_vm, ==, 0);
  g_assert_cmpint (take_back (), ==, -EINVAL);
  g_assert_cmpint (slot_op (OP_dma_read, UMEM_SLOT, 0, 8, 0, 0), ==, -EINVAL);
  test_machine_free (machine);
}

static void
test_device_errors (void)
{
  TestMachine *machine = vm_test_machine ();

  vm_script ("map 0 2 rw\n"
             "map 4 1 r\n"
             "map 6 1 rw shared file 0\n");
  g_assert_cmpint (give (VM_AT (0), 0, TRUE), ==, -EINVAL);
  g_assert_cmpint (give (~0UL - 10, 100, TRUE), ==, -EINVAL);
  g_assert_cmpint (give (VM_AT (0), TASK_SIZE, TRUE), ==, -EINVAL);
  g_assert_cmpint (give (VM_AT (1), P (2), TRUE), ==, -EFAULT);
  g_assert_cmpint (give (VM_AT (4), 1, TRUE), ==, -EFAULT);
  /* Nobody would tell the file system of the writes. */
  g_assert_cmpint (give (VM_AT (6), 1, TRUE), ==, -EFAULT);
  g_assert_cmpint (pins (), ==, 0);
  g_assert_cmpuint (vm_counters ().pinned_vm, ==, 0);
  /* Reading is permitted, writing was not agreed on. */
  g_assert_cmpint (give (VM_AT (6), 1, FALSE), ==, 1);
  g_assert_cmpint (dma_write (0, 1, 1), ==, -EACCES);
  g_assert_cmpint (slot_op (OP_dma_read, UMEM_SLOT, 0, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (slot_op (OP_dma_read, UMEM_SLOT, 0, 9, 0, 0), ==, -EINVAL);
  g_assert_cmpint (take_back (), ==, 0);

  vm_limit (RLIMIT_MEMLOCK, P (1));
  g_assert_cmpint (give (VM_AT (0), P (1) + 1, TRUE), ==, -ENOMEM);
  g_assert_cmpint (give (VM_AT (0), P (1), TRUE), ==, 1);
  g_assert_cmpint (take_back (), ==, 0);
  vm_limit (RLIMIT_MEMLOCK, 0);
  g_assert_cmpint (give (VM_AT (0), 1, TRUE), ==, -EPERM);
  test_machine_free (machine);
}

/* The parent writes first after fork(): without pins it would get the copy, and the device would be left behind. */
static void
test_fork (void)
{
  TestMachine *machine = vm_test_machine ();
  guint64 pinned, other;

  vm_script ("map 0 2 rw\n"
             "touch 0 2\n");
  pinned = pfn_of (1, VM_AT (0));
  other = pfn_of (1, VM_AT (1));
  g_assert_cmpint (give (VM_AT (0), P (1), TRUE), ==, 1);
  g_assert_cmpint (slot_op (OP_fork, CHILD_SLOT, 0, 0, 0, 0), >, 0);
  /* Copied at once; the neighbour is shared as ever. */
  g_assert_cmpuint (pfn_of (1, VM_AT (0)), ==, pinned);
  g_assert_cmpuint (pfn_of (2, VM_AT (0)), !=, pinned);
  g_assert_cmpuint (pfn_of (2, VM_AT (1)), ==, other);
  store (VM_AT (0), 5);
  g_assert_cmpuint (pfn_of (1, VM_AT (0)), ==, pinned);
  g_assert_cmpuint (dma_read (0, 8), ==, 5);
  g_assert_cmpint (dma_write (0, 8, 6), ==, 0);
  g_assert_cmpuint (load (VM_AT (0)), ==, 6);
  vm_as (1);
  g_assert_cmpuint (load (VM_AT (0)) & 0xff, !=, 6);
  vm_as (0);
  g_assert_cmpint (take_back (), ==, 0);
  test_machine_free (machine);
}

/* Memory that is shared since an earlier fork() becomes the program's own before a device reads it. */
static void
test_unshare (void)
{
  TestMachine *machine = vm_test_machine ();
  guint64 shared;

  vm_script ("map 0 1 rw\n"
             "touch 0 1\n"
             "map 2 1 rw\n"
             "read 2 1\n"
             "map 4 1 rw file 2\n"
             "read 4 1\n");
  shared = pfn_of (1, VM_AT (0));
  g_assert_cmpint (slot_op (OP_fork, CHILD_SLOT, 0, 0, 0, 0), >, 0);
  g_assert_cmpint (give (VM_AT (0), 8, FALSE), ==, 1);
  g_assert_cmpuint (pfn_of (1, VM_AT (0)), !=, shared);
  g_assert_cmpuint (pfn_of (2, VM_AT (0)), ==, shared);
  store (VM_AT (0), 9);
  g_assert_cmpuint (dma_read (0, 8), ==, 9);
  g_assert_cmpint (take_back (), ==, 0);
  /* So do the zero page and a page of a file, since the next write would leave them. */
  for (guint page = 2; page <= 4; page += 2)
    {
      g_assert_cmpint (give (VM_AT (page), 8, FALSE), ==, 1);
      store (VM_AT (page), page);
      g_assert_cmpuint (dma_read (0, 8), ==, page);
      g_assert_cmpint (take_back (), ==, 0);
    }
  test_machine_free (machine);
}

/* Unmapped, and the program gone: the device keeps its frame, and nobody else gets it. */
static void
test_outlives (void)
{
  TestMachine *machine = vm_test_machine ();
  guint64 pfn, before;

  vm_script ("map 0 1 rw\n"
             "touch 0 1\n");
  pfn = pfn_of (1, VM_AT (0));
  g_assert_cmpint (give (VM_AT (0), P (1), TRUE), ==, 1);
  vm_script ("unmap 0 1\n");
  g_assert_cmpint (dma_write (8, 8, 123), ==, 0);
  g_assert_cmpuint (dma_read (8, 8), ==, 123);
  vm_script ("map 0 1 rw\n"
             "touch 0 1\n");
  g_assert_cmpuint (pfn_of (1, VM_AT (0)), !=, pfn);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
  g_assert_cmpint (test_run ((struct mm_op){ .kind = OP_drain_all_pages, .nid = -1 }), ==, 0);
  before = free_pages ();
  g_assert_cmpint (dma_write (8, 8, 124), ==, 0);
  g_assert_cmpint (take_back (), ==, 0);
  g_assert_cmpint (test_run ((struct mm_op){ .kind = OP_drain_all_pages, .nid = -1 }), ==, 0);
  g_assert_cmpuint (free_pages (), >, before);
  test_machine_free (machine);
}

/* A huge page is pinned as a whole; fork() maps it page by page, and copies those the child needs. */
static void
test_huge (void)
{
  struct machine_config config;
  TestMachine *machine;
  guint64 pfn, huge = 2UL << 20;

  test_config_simple (&config, MIB (64));
  machine = vm_test_machine_of (&config);
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_THP_DISABLE, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_mmap (VM_AT (0), huge, VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (0), huge, MADV_HUGEPAGE, 0, 0, 0), ==, 0);
  store (VM_AT (7), 70);
  pfn = pfn_of (1, VM_AT (0));
  g_assert_true (PageHead (pfn_to_page (pfn)));
  g_assert_cmpint (give (VM_AT (7), P (2), TRUE), ==, 2);
  g_assert_cmpint (slot_op (OP_fork, CHILD_SLOT, 0, 0, 0, 0), >, 0);
  g_assert_cmpuint (pfn_of (1, VM_AT (7)), ==, pfn + 7);
  g_assert_cmpuint (pfn_of (2, VM_AT (7)), !=, pfn + 7);
  store (VM_AT (7), 71);
  g_assert_cmpuint (dma_read (0, 8), ==, 71);
  g_assert_cmpint (take_back (), ==, 0);
  test_machine_free (machine);
}

/* Neither reclaim nor compaction touches a page that a device has. */
static void
test_pressure (void)
{
  struct machine_config config;
  TestMachine *machine;
  guint64 pfn[2];

  test_config_simple (&config, MIB (16));
  config.nr_swaps = 1;
  config.swaps[0].size = MIB (16);
  machine = vm_test_machine_of (&config);
  g_assert_cmpint (vm_mmap (VM_AT (0), MIB (24), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (vm_op (OP_store, VM_AT (0), 1, 4, PAGE_SIZE, 0, 1), ==, 0);
  g_assert_cmpint (give (VM_AT (0), P (2), TRUE), ==, 2);
  pfn[0] = pfn_of (1, VM_AT (0));
  pfn[1] = pfn_of (1, VM_AT (1));
  g_assert_cmpint (dma_write (0, 8, 0xabcdef), ==, 0);
  g_assert_cmpint (vm_op (OP_store, VM_AT (4), 1, MIB (24) / PAGE_SIZE - 4, PAGE_SIZE, 0, 1), ==, 0);
  test_assert_valid ();
  g_assert_cmpint (test_run ((struct mm_op){ .kind = OP_compact_memory, .nid = -1 }), ==, 0);
  test_assert_valid ();
  g_assert_cmpuint (pfn_of (1, VM_AT (0)), ==, pfn[0]);
  g_assert_cmpuint (pfn_of (1, VM_AT (1)), ==, pfn[1]);
  /* Those beside them have gone. */
  g_assert_cmpuint (pfn_of (1, VM_AT (2)), ==, ~0UL);
  g_assert_cmpuint (load (VM_AT (0)), ==, 0xabcdef);
  g_assert_cmpint (take_back (), ==, 0);
  test_machine_free (machine);
}

/* A device's use is no use by the program: however often the memory is given away, it does not become active. */
static void
test_not_touched (void)
{
  TestMachine *machine = vm_test_machine ();

  vm_script ("map 0 1 rw\n"
             "touch 0 1\n");
  for (guint i = 0; i < 20; i++)
    {
      g_assert_cmpint (give (VM_AT (0), P (1), TRUE), ==, 1);
      g_assert_cmpint (take_back (), ==, 0);
    }
  lru_add_drain ();
  g_assert_false (PageActive (pfn_to_page (pfn_of (1, VM_AT (0)))));
  test_machine_free (machine);
}

/* Populating looks at a huge page once, and its entry says that it was used. */
static void
test_populate_huge (void)
{
  struct machine_config config;
  TestMachine *machine;
  guint64 huge = 2UL << 20;
  struct page *head;

  test_config_simple (&config, MIB (64));
  machine = vm_test_machine_of (&config);
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_THP_DISABLE, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_mmap (VM_AT (0), huge, VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (0), huge, MADV_HUGEPAGE, 0, 0, 0), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (vm_op (OP_madvise, VM_AT (0), huge, MADV_POPULATE_WRITE, 0, 0, 0), ==, 0);
      test_assert_valid ();
    }
  head = pfn_to_page (pfn_of (1, VM_AT (0)));
  g_assert_true (PageHead (head));
  lru_add_drain ();
  g_assert_false (PageActive (head));
  g_assert_true (pmd_young (*mm_find_pmd (current->mm, VM_AT (0))) && pmd_dirty (*mm_find_pmd (current->mm, VM_AT (0))));
  test_machine_free (machine);
}

static guint
problems (void)
{
  return mm_validate (this_machine, NULL, NULL);
}

/* Damage to what pins are known by is found. */
static void
test_damage (void)
{
  TestMachine *machine = vm_test_machine ();
  struct page *page;

  vm_script ("map 0 1 rw\n"
             "touch 0 1\n");
  g_assert_cmpint (give (VM_AT (0), P (1), TRUE), ==, 1);
  g_assert_cmpuint (problems (), ==, 0);
  current->mm->flags &= ~(1UL << MMF_HAS_PINNED);
  g_assert_cmpuint (problems (), ==, 1);
  current->mm->flags |= 1UL << MMF_HAS_PINNED;
  current->mm->pinned_vm++;
  g_assert_cmpuint (problems (), ==, 1);
  current->mm->pinned_vm--;
  mod_node_page_state (&this_machine->node_data[0], NR_FOLL_PIN_RELEASED, 1);
  g_assert_cmpuint (problems (), ==, 1);
  mod_node_page_state (&this_machine->node_data[0], NR_FOLL_PIN_RELEASED, -1);
  page = pfn_to_page (pfn_of (1, VM_AT (0)));
  page_ref_add (page, -GUP_PIN_COUNTING_BIAS);
  g_assert_cmpuint (problems (), ==, 2);
  page_ref_add (page, GUP_PIN_COUNTING_BIAS);
  g_assert_cmpuint (problems (), ==, 0);
  test_machine_free (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/gup/peek", test_peek);
  g_test_add_func ("/mm/gup/poke", test_poke);
  g_test_add_func ("/mm/gup/peek-errors", test_peek_errors);
  g_test_add_func ("/mm/gup/device-and-program", test_device_and_program);
  g_test_add_func ("/mm/gup/device-errors", test_device_errors);
  g_test_add_func ("/mm/gup/fork", test_fork);
  g_test_add_func ("/mm/gup/unshare", test_unshare);
  g_test_add_func ("/mm/gup/outlives", test_outlives);
  g_test_add_func ("/mm/gup/huge", test_huge);
  g_test_add_func ("/mm/gup/pressure", test_pressure);
  g_test_add_func ("/mm/gup/not-touched", test_not_touched);
  g_test_add_func ("/mm/gup/populate-huge", test_populate_huge);
  g_test_add_func ("/mm/gup/damage", test_damage);
  return g_test_run ();
}
