/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults and what they lead to: signals, zero page and own pages, bytes across page boundaries, page
 * tables that come and go, several CPUs' TLBs, and what a forgotten flush would do.
 */
#include "vm-test.h"

static struct view_op_result
result (void)
{
  struct view_op_result r;

  view_op_result (this_machine, &r);
  return r;
}

static gint64
load (guint64 addr, guint len)
{
  return vm_op (OP_load, addr, len, 1, 0, 0, 0);
}

static gint64
store (guint64 addr, guint len, guint64 value)
{
  return vm_op (OP_store, addr, len, 1, 0, 0, value);
}

static void
expect_signal (gint64 ret, guint sig, guint code, guint64 addr)
{
  struct view_op_result r = result ();

  g_assert_cmpint (ret, ==, -14 /* EFAULT */);
  g_assert_cmpuint (r.sig, ==, sig);
  g_assert_cmpuint (r.sig_code, ==, code);
  g_assert_cmphex (r.sig_addr, ==, addr);
  g_assert_cmpuint (r.min_flt + r.maj_flt, ==, 0);
  test_assert_valid ();
}

static struct view_walk
walk (gint32 pid, guint64 addr)
{
  struct view_walk w = { 0 };

  g_assert_true (view_walk (this_machine, pid, addr, &w));
  return w;
}

static void
test_signals (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = vm_test_machine ();

  g_assert_cmphex (vm_mmap (VM_AT (0), PAGE_SIZE, PROT_READ, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmphex (vm_mmap (VM_AT (1), PAGE_SIZE, PROT_NONE, VM_ANON | MAP_FIXED), ==, VM_AT (1));
  expect_signal (store (VM_AT (0), 1, 1), SIGSEGV, SEGV_ACCERR, VM_AT (0));
  expect_signal (load (VM_AT (1) + 5, 1), SIGSEGV, SEGV_ACCERR, VM_AT (1) + 5);
  expect_signal (load (VM_AT (2), 8), SIGSEGV, SEGV_MAPERR, VM_AT (2));
  expect_signal (load (0, 1), SIGSEGV, SEGV_MAPERR, 0);
  expect_signal (load (TASK_SIZE_MAX, 1), SIGSEGV, SEGV_MAPERR, TASK_SIZE_MAX);
  expect_signal (store (PAGE_OFFSET, 1, 1), SIGSEGV, SEGV_MAPERR, PAGE_OFFSET);
  expect_signal (load (~0UL, 1), SIGSEGV, SEGV_MAPERR, ~0UL);
  expect_signal (load (0x800000000000UL, 1), SIGSEGV, SI_KERNEL, 0);
  expect_signal (load (0x7fffffffffffUL, 8), SIGSEGV, SEGV_MAPERR, 0x7fffffffffffUL);
  expect_signal (vm_op (OP_fetch, VM_AT (2), 0, 0, 0, 0, 0), SIGSEGV, SEGV_MAPERR, VM_AT (2));
  /* Fetching from data brings the page in first, and then fails for its NX bit. */
  g_assert_cmpint (vm_op (OP_fetch, VM_AT (0), 0, 0, 0, 0, 0), ==, -14);
  g_assert_cmpuint (result ().sig_code, ==, SEGV_ACCERR);
  g_assert_cmpuint (result ().min_flt, ==, 1);
}

/* Reads share one frame of zeroes; the first write brings a page of its own, and only there. */
static void
test_zero_page (void)
{
  g_autoptr (TestMachine) m = vm_test_machine ();
  guint64 zero;

  vm_mmap (VM_AT (0), 4 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED);
  g_assert_cmpint (vm_op (OP_load, VM_AT (0), 1, 4, 0, 0, 0), ==, 0);
  g_assert_cmpuint (result ().min_flt, ==, 4);
  zero = walk (1, VM_AT (0)).phys;
  g_assert_cmphex (walk (1, VM_AT (3)).phys, ==, zero);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 0);
  g_assert_cmpint (store (VM_AT (1), 1, 0x5a), ==, 0);
  g_assert_cmphex (walk (1, VM_AT (1)).phys, !=, zero);
  g_assert_cmphex (walk (1, VM_AT (2)).phys, ==, zero);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 1);
  g_assert_cmpint (load (VM_AT (1), 2), ==, 0);
  g_assert_cmphex (result ().value, ==, 0x5a);
  for (guint i = 0; i < PAGE_SIZE; i++)
    g_assert_cmpuint (m->machine->ram[zero + i], ==, 0);
  test_assert_valid ();
}

/* An access that crosses into a page where it may not go changes nothing. */
static void
test_crossing (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = vm_test_machine ();

  vm_mmap (VM_AT (0), 2 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED);
  g_assert_cmpint (store (VM_AT (1) - 3, 8, 0x1122334455667788UL), ==, 0);
  g_assert_cmpuint (result ().min_flt, ==, 2);
  g_assert_cmpint (load (VM_AT (1) - 3, 8), ==, 0);
  g_assert_cmphex (result ().value, ==, 0x1122334455667788UL);
  g_assert_cmpint (load (VM_AT (1), 4), ==, 0);
  g_assert_cmphex (result ().value, ==, 0x22334455);

  g_assert_cmpint (store (VM_AT (2) - 1, 1, 0x77), ==, 0);
  expect_signal (store (VM_AT (2) - 1, 2, 0), SIGSEGV, SEGV_MAPERR, VM_AT (2));
  g_assert_cmpint (load (VM_AT (2) - 1, 1), ==, 0);
  g_assert_cmphex (result ().value, ==, 0x77);
}

/* A touch far from all others costs three tables, which go with the mapping. */
static void
test_tables (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = vm_test_machine ();
  guint64 before;

  vm_mmap (VM_AT (0), PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED);
  before = vm_counters ().pgtables_bytes;
  store (VM_AT (0), 1, 1);
  g_assert_cmpuint (vm_counters ().pgtables_bytes - before, ==, 3 * PAGE_SIZE);
  vm_mmap (VM_AT (512), PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED);
  store (VM_AT (512), 1, 1);
  g_assert_cmpuint (vm_counters ().pgtables_bytes - before, ==, 4 * PAGE_SIZE);
  vm_op (OP_munmap, VM_AT (0), PAGE_SIZE, 0, 0, 0, 0);
  g_assert_cmpuint (vm_counters ().pgtables_bytes - before, ==, 3 * PAGE_SIZE);
  vm_op (OP_munmap, VM_AT (512), PAGE_SIZE, 0, 0, 0, 0);
  g_assert_cmpuint (vm_counters ().pgtables_bytes, ==, before);
  test_assert_valid ();
}

/* ---- TLBs ---- */

static TestMachine *
two_cpus (void)
{
  struct mm_op task = { .kind = OP_task_create, .nid = -1, .arg = { 1000, 0, 0, 0, TASK_CREATE_BARE } };
  struct machine_config config;
  TestMachine *m;

  test_config_simple (&config, MIB (32));
  config.nr_cpus = 2;
  m = test_machine_new (&config);
  test_run (task);
  vm_as (0);
  return m;
}

static gint64
on_cpu (guint8 cpu, guint16 kind, guint64 addr, guint64 value)
{
  struct mm_op op = {
    .kind = kind, .nid = -1, .cpu = cpu, .task = 1, .slot = MM_OP_NO_SLOT, .arg = { addr, 1, 1, 0, 0, value }
  };

  if (kind == OP_mprotect)
    {
      op.arg[1] = PAGE_SIZE;
      op.arg[2] = value;
    }
  if (kind == OP_munmap)
    op.arg[1] = PAGE_SIZE;
  return test_run (op);
}

/* What one CPU takes away, the others notice; and unmapped frames are not reached through old translations.
 */
static void
test_shootdown (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = two_cpus ();

  vm_mmap (VM_AT (0), 2 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED);
  g_assert_cmpint (on_cpu (1, OP_store, VM_AT (0), 7), ==, 0);
  g_assert_cmpint (on_cpu (1, OP_load, VM_AT (0), 0), ==, 0);
  g_assert_cmpint (on_cpu (0, OP_load, VM_AT (0), 0), ==, 0);
  g_assert_cmpint (on_cpu (0, OP_mprotect, VM_AT (0), PROT_READ), ==, 0);
  g_assert_cmpint (on_cpu (1, OP_store, VM_AT (0), 8), ==, -14);
  g_assert_cmpint (on_cpu (1, OP_load, VM_AT (0), 0), ==, 0);
  g_assert_cmpuint (result ().value, ==, 7);
  g_assert_cmpint (on_cpu (0, OP_munmap, VM_AT (0), 0), ==, 0);
  g_assert_cmpint (on_cpu (1, OP_load, VM_AT (0), 0), ==, -14);
  test_assert_valid ();
}

static void
ignore (void *data, mm_object_t object, const char *text)
{
}

/* Without the flush the second CPU goes on writing: the TLB does not know better, and its entry is shown as
 * stale. */
static void
test_forgotten_flush (void)
{
  g_autoptr (TestMachine) m = two_cpus ();
  struct view_tlb_entry entries[64];
  guint n, stale = 0;

  vm_mmap (VM_AT (0), PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED);
  g_assert_cmpint (on_cpu (1, OP_store, VM_AT (0), 7), ==, 0);
  g_assert_cmpint (vm_tune (TUNABLE_tlb_flush_disabled, 2), ==, -22);
  g_assert_cmpint (vm_tune (TUNABLE_tlb_flush_disabled, 1), ==, 0);
  g_assert_cmpint (on_cpu (0, OP_mprotect, VM_AT (0), PROT_READ), ==, 0);
  g_assert_cmpint (on_cpu (1, OP_store, VM_AT (0), 8), ==, 0);
  n = view_tlb_entries (m->machine, 1, entries, G_N_ELEMENTS (entries));
  for (guint i = 0; i < n; i++)
    stale += entries[i].valid && entries[i].stale && entries[i].vpn == VM_AT (0) >> 12;
  g_assert_cmpuint (stale, ==, 1);
  m->machine->tlb_flush_disabled = FALSE;
  g_assert_cmpuint (mm_validate (m->machine, ignore, NULL), ==, 1);
  g_assert_cmpint (on_cpu (1, OP_flush_tlb, 0, 0), ==, 0);
  g_assert_cmpint (on_cpu (1, OP_store, VM_AT (0), 9), ==, -14);

  /* Told to flush again, the kernel makes up for what it has missed. */
  g_assert_cmpint (on_cpu (0, OP_load, VM_AT (0), 0), ==, 0);
  g_assert_cmpint (vm_tune (TUNABLE_tlb_flush_disabled, 1), ==, 0);
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (on_cpu (0, OP_load, VM_AT (0), 0), ==, 0);
  g_assert_cmpint (vm_tune (TUNABLE_tlb_flush_disabled, 0), ==, 0);
  g_assert_cmpint (on_cpu (0, OP_load, VM_AT (0), 0), ==, -14);
  g_assert_cmpuint (mm_validate (m->machine, ignore, NULL), ==, 0);
}

/* Coming back to an address space keeps its translations, unless they were changed meanwhile. */
static void
test_switching (void)
{
  g_autoptr (TestMachine) m = vm_test_machine ();
  const struct tlb *tlb = &m->machine->cpu_tlbstate[0].mmu.tlb;
  guint64 misses;

  vm_mmap (VM_AT (0), PAGE_SIZE, VM_RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED);
  store (VM_AT (0), 1, 7);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  load (VM_AT (0), 1);
  vm_as (1);
  load (VM_AT (0), 1);
  g_assert_cmpuint (result ().value, ==, 7);
  vm_as (0);
  misses = tlb->misses;
  load (VM_AT (0), 1);
  g_assert_cmpuint (tlb->misses, ==, misses);
  vm_as (1);
  load (VM_AT (0), 1);
  g_assert_cmpuint (tlb->misses, ==, misses);
  vm_as (0);
}

/* ---- No memory ---- */

/* Every way out for want of a frame: the program gets SIGKILL, and nothing is lost or counted twice. */
static void
test_no_memory (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = vm_test_machine ();
  struct mm_op eat = { .kind = OP_alloc_many, .nid = -1, .slot = 1000, .nr = 3000, .gfp = 0xcc0 };
  struct mm_op spit = { .kind = OP_free_many, .nid = -1, .slot = 1000, .nr = 1 };
  guint killed = 0;

  /* The OOM killer finds nobody it may kill. */
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_OOM_SCORE_ADJ, (guint64)-1000, 0, 0, 0, 0), ==, 0);
  vm_mmap (VM_AT (0), 40000 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED | MAP_NORESERVE);
  eat.order = 9;
  test_run (eat);
  eat.slot = 2000;
  eat.nr = 2000;
  for (gint order = 8; order >= 0; order--)
    {
      eat.order = (guint)order;
      eat.slot += (guint32)MAX (test_run (eat), 0);
      eat.nr = 4096 - eat.slot;
    }
  for (guint i = 0; i < 40; i++)
    {
      gint64 ret = store (VM_AT (i * 700), 1, i);

      killed += ret != 0 && result ().sig == SIGKILL;
      test_assert_valid ();
      /* A little memory at a time, so that each step of a fault is the one that fails. */
      if (i % 4 == 3)
        {
          test_run (spit);
          spit.slot++;
        }
    }
  g_assert_cmpuint (killed, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fault/signals", test_signals);
  g_test_add_func ("/fault/zero-page", test_zero_page);
  g_test_add_func ("/fault/crossing", test_crossing);
  g_test_add_func ("/fault/tables", test_tables);
  g_test_add_func ("/fault/shootdown", test_shootdown);
  g_test_add_func ("/fault/forgotten-flush", test_forgotten_flush);
  g_test_add_func ("/fault/switching", test_switching);
  g_test_add_func ("/fault/no-memory", test_no_memory);
  return g_test_run ();
}
