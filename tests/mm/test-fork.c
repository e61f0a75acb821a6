/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks: that fork shares what it must and nothing else, that nothing is lost when
 * tasks come and go or memory runs out in between, exec, exit and wait; and the
 * checks of reverse mapping, page tables and page caches against damage.
 */
#include "vm-test.h"
#include "mm/slab.h"
#include "mm/swap.h"
#include "mm/vmalloc.h"

#include "mm/swap.h"

#include <string.h>

#define OPEN (VM_FILE_SLOT + 2)

static gint64
load (guint64 address)
{
  gint64 ret = vm_op (OP_load, address, 1, 1, 0, 0, 0);

  return ret ? ret : (gint64) this_machine->outcome.value;
}

static gint64
store (guint64 address,
       guint8  value)
{
  return vm_op (OP_store, address, 1, 1, 0, 0, value);
}

static guint64
frame_of (gint32  pid,
          guint64 address)
{
  struct view_walk walk;

  g_assert_true (view_walk (this_machine, pid, address, &walk));
  return walk.mapped ? walk.phys >> PAGE_SHIFT : G_MAXUINT64;
}

static gint64
set_task (guint what, guint64 value)
{
  return vm_op (OP_set_task, what, value, 0, 0, 0, 0);
}

/* Free pages, those on per-CPU lists included, with all objects of caches given back. */
static guint64
free_pages (void)
{
  struct view_machine machine;

  view_machine (this_machine, &machine);
  return machine.free_pages + machine.pcp_pages;
}

/* ---- fork ---- */

static void
test_copy_on_write (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint64 frame;

  g_assert_cmpint (vm_mmap (VM_AT (0), 4 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmpint (store (VM_AT (0), 1), ==, 0);
  frame = frame_of (1, VM_AT (0));
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpuint (frame_of (2, VM_AT (0)), ==, frame);
  g_assert_cmpint (test_page (frame).mapcount, ==, 2);
  vm_as (1);
  g_assert_cmpint (store (VM_AT (0), 2), ==, 0);
  g_assert_cmpuint (frame_of (2, VM_AT (0)), !=, frame);
  g_assert_cmpint (test_page (frame).mapcount, ==, 1);
  vm_as (0);
  g_assert_cmpint (load (VM_AT (0)), ==, 1);
  g_assert_cmpint (store (VM_AT (0), 3), ==, 0); /* the last owner keeps the frame */
  g_assert_cmpuint (frame_of (1, VM_AT (0)), ==, frame);
  vm_as (1);
  g_assert_cmpint (load (VM_AT (0)), ==, 2);
  g_assert_cmpint (load (VM_AT (1)), ==, 0);
  test_assert_valid ();
}

static void
test_flags (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint64 stack;

  g_assert_cmpint (vm_mmap (VM_AT (0), 4 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (store (VM_AT (i), (guint8) (i + 1)), ==, 0);
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (1), PAGE_SIZE, MADV_DONTFORK, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (2), PAGE_SIZE, MADV_WIPEONFORK, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_mlock, VM_AT (3), PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  stack = vm_counters ().stack_vm;
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  vm_as (1);
  g_assert_cmpint (load (VM_AT (0)), ==, 1);
  g_assert_cmpint (load (VM_AT (1)), ==, -EFAULT);
  g_assert_cmpuint (this_machine->outcome.siginfo.signo, ==, SIGSEGV);
  g_assert_cmpint (load (VM_AT (2)), ==, 0);
  g_assert_cmpint (load (VM_AT (3)), ==, 4);
  g_assert_cmpuint (vm_counters ().locked_vm, ==, 0);
  g_assert_cmpuint (vm_counters ().stack_vm, ==, stack);
  test_assert_valid ();
}

/* Many generations, of which the older ones end: anon_vmas do not pile up. */
static void
test_generations (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct view_vma vmas[16];
  guint n;

  g_assert_cmpint (vm_mmap (VM_AT (0), PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmpint (store (VM_AT (0), 9), ==, 0);
  for (guint i = 0; i < 12; i++)
    {
      vm_as (i);
      g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, i + 2);
      g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
      test_assert_valid ();
    }
  vm_as (12);
  g_assert_cmpint (load (VM_AT (0)), ==, 9);
  n = view_vmas (this_machine, 13, vmas, 16);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (vmas[i].nr_chains, <=, 3);
  g_assert_cmpint (store (VM_AT (0), 10), ==, 0);
  test_assert_valid ();
}

/* All that tasks had comes back. The caches of objects may keep some slabs. */
static void
test_nothing_is_lost (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint64 before = 0;

  for (guint round = 0; round < 6; round++)
    {
      vm_as (0);
      g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, round + 2);
      vm_as (round + 1);
      g_assert_cmpint (vm_mmap (VM_AT (0), 200 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED | MAP_POPULATE), ==, VM_AT (0));
      g_assert_cmpint (vm_mmap (VM_AT (300), 50 * PAGE_SIZE, VM_RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE),
                       ==, VM_AT (300));
      g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
      vm_as (0);
      g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_wait, .nid = -1, .slot = VM_TASK_SLOT + round + 1,
                                                  .task = VM_TASK_SLOT + 1 }), ==, round + 2);
      lru_add_drain_all ();
      if (round == 1)
        before = free_pages ();
      if (round > 1)
        g_assert_cmpuint (free_pages (), ==, before);
    }
  test_assert_valid ();
}

/* A fork that finds no memory half-way leaves everything as it was. */
static void
test_fork_without_memory (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = NULL;
  gint64 ret = 0;
  guint n = 0;

  machine = vm_test_machine ();
  g_assert_cmpint (vm_tune (TUNABLE_overcommit_memory, 1), ==, 0);
  /* Nobody may be killed for it, neither the task nor its children. */
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_OOM_SCORE_ADJ, (guint64)-1000, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_mmap (VM_AT (0), MIB (4), VM_RW, VM_ANON | MAP_FIXED | MAP_POPULATE), ==, VM_AT (0));
  /* Every other page a mapping of its own, far apart: a child needs many tables. */
  for (guint i = 0; i < 40; i++)
    {
      guint64 at = VM_WINDOW + GIB (1) * (i + 1);

      g_assert_cmpint (vm_mmap (at, PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, (gint64) at);
      g_assert_cmpint (store (at, (guint8) i), ==, 0);
    }
  for (n = 0; n < 1000 && ret >= 0; n++)
    {
      ret = vm_op (OP_fork, 0, 0, 0, 0, 0, 0);
      if (n % 20 == 0)
        test_assert_valid ();
    }
  g_assert_cmpint (ret, ==, -ENOMEM);
  g_assert_cmpuint (n, >, 3);
  test_assert_valid ();
  g_assert_cmpint (load (VM_WINDOW + GIB (40)), ==, 39);
}

/* ---- exec, exit, wait ---- */

static void
test_exec (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct view_mm mm;
  guint64 args;

  g_assert_cmpint (vm_op (OP_exec, OPEN, 5000, 3000, 6000, 0x500000, 40), ==, 0);
  mm = vm_counters ();
  g_assert_cmpuint (mm.start_code, ==, 0x500000);
  g_assert_cmpuint (mm.end_code, ==, 0x500000 + 5000);
  g_assert_cmpuint (mm.start_data, ==, 0x502000);
  g_assert_cmpuint (mm.end_data, ==, 0x502000 + 3000);
  g_assert_cmpuint (mm.brk, ==, 0x505000);
  args = mm.arg_end - mm.arg_start;
  g_assert_cmpuint (args, ==, 40);
  g_assert_cmpint (load (mm.arg_start), ==, 'a');
  g_assert_cmpint (load (0x500001), ==, 1);                      /* code is what the file has */
  g_assert_cmpint (load (0x502000), ==, (guint8) (2 * 31));       /* so is data */
  g_assert_cmpint (load (0x502000 + 3000), ==, 0);                /* but not what follows it */
  g_assert_cmpint (load (0x504000), ==, 0);
  g_assert_cmpint (store (0x500001, 1), ==, -EFAULT);
  g_assert_cmpint (vm_op (OP_fetch, 0x500000, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_fetch, 0x502000, 0, 0, 0, 0, 0), ==, -EFAULT);
  g_assert_cmpint (store (0x502000, 9), ==, 0);
  g_assert_cmpint (vm_op (OP_file_peek, OPEN, 2 * PAGE_SIZE, 0, 0, 0, 0), ==, (guint8) (2 * 31));
  test_assert_valid ();
  /* What cannot be run leaves the old program. */
  g_assert_cmpint (vm_op (OP_exec, OPEN, 0, 1, 1, 0, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_exec, OPEN, 10, 1, 1, 0x500001, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_exec, MM_OP_BAD_FILE, 10, 1, 1, 0, 0), ==, -EBADF);
  g_assert_cmpint (load (0x502000), ==, 9);
  test_assert_valid ();
}

static gint64
wait_for (guint slot)
{
  return test_run ((struct mm_op) { .kind = OP_wait, .nid = -1, .slot = slot, .task = VM_TASK_SLOT + 1 });
}

static void
test_wait (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct view_task task;

  g_assert_cmpint (wait_for (VM_TASK_SLOT + 1), ==, -ENOENT);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpint (wait_for (VM_TASK_SLOT + 1), ==, -EAGAIN);
  vm_as (1);
  g_assert_cmpint (set_task (TASK_SET_OOM_SCORE_ADJ, (guint64) -500), ==, 0);
  g_assert_cmpint (set_task (TASK_SET_OOM_SCORE_ADJ, 1001), ==, -EINVAL);
  g_assert_cmpint (set_task (99, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_exit, 3, 0, 0, 0, 0, 0), ==, 0);
  g_assert_true (view_task (this_machine, 2, &task));
  g_assert_cmpuint (task.state, ==, 1);
  g_assert_false (task.has_mm);
  g_assert_cmpint (vm_op (OP_exit, 3, 0, 0, 0, 0, 0), ==, -ESRCH);
  g_assert_cmpint (load (VM_SCRATCH), ==, -ESRCH);
  vm_as (0);
  g_assert_cmpint (wait_for (VM_TASK_SLOT + 1), ==, 2);
  g_assert_cmpint (wait_for (VM_TASK_SLOT + 1), ==, -ECHILD);
  g_assert_false (view_task (this_machine, 2, &task));
  test_assert_valid ();
}

/* ---- Damage ---- */

typedef struct {
  const char *part;
  guint matching, found;
} Expected;

static void
collect (void *data, mm_object_t object, const char *text)
{
  Expected *expected = data;

  expected->found++;
  expected->matching += strstr (text, expected->part) != NULL;
}

static void
assert_noticed (const char *part)
{
  Expected expected = { .part = part };
  guint total = mm_validate (this_machine, collect, &expected);

  g_assert_cmpuint (total, ==, expected.found);
  if (expected.matching == 0)
    g_error ("no complaint with \"%s\" among %u", part, total);
}

static u64 *
entry_of (guint64 address)
{
  return (u64 *) mm_find_pte (find_task_by_pid (1)->mm, address);
}

/* Each kind of damage is noticed, and nothing is left of it when it is undone. */
static void
test_damage (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct inode *inode = list_first_entry (&this_machine->inodes, struct inode, i_list);
  struct mm_struct *mm;
  struct vm_area_struct *vma;
  struct page *page;
  u64 *entry, kept;

  g_assert_cmpint (vm_mmap (VM_AT (0), 2 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmpint (store (VM_AT (0), 1), ==, 0);
  g_assert_cmpint (vm_op (OP_mmap, VM_AT (8), PAGE_SIZE, VM_RW, MAP_SHARED | MAP_FIXED, OPEN, 0), ==, VM_AT (8));
  g_assert_cmpint (store (VM_AT (8), 1), ==, 0);
  test_assert_valid ();
  mm = find_task_by_pid (1)->mm;
  vma = find_vma (mm, VM_AT (0));
  page = pfn_to_page (frame_of (1, VM_AT (0)));
  entry = entry_of (VM_AT (0));
  kept = *entry;

#define DAMAGED(change, undo, part) \
  do { change; assert_noticed (part); undo; test_assert_valid (); } while (0)

  DAMAGED (mm->rss_stat[MM_ANONPAGES]++, mm->rss_stat[MM_ANONPAGES]--, "MM_ANONPAGES is");
  DAMAGED (mm->pgtables_bytes += 4096, mm->pgtables_bytes -= 4096, "pgtables_bytes is");
  DAMAGED (page->_mapcount.counter++, page->_mapcount.counter--, "has a map count of 2, but 1 entries map it");
  DAMAGED (page->_refcount.counter++, page->_refcount.counter--, "references, but");
  DAMAGED (page->index++, page->index--, "belongs elsewhere");
  DAMAGED (*entry = 0, *entry = kept, "has a map count of 1, but 0 entries map it");
  DAMAGED (*entry_of (VM_AT (20)) = kept, *entry_of (VM_AT (20)) = 0, "where nothing is mapped");
  DAMAGED (*entry = (kept & ~PTE_PFN_MASK) | (u64) 0xfffffff << 12, *entry = kept, "leads to no frame");
  DAMAGED (vma->vm_flags &= ~VM_WRITE, vma->vm_flags |= VM_WRITE, "allows writing");
  DAMAGED (inode->i_data.nrpages++, inode->i_data.nrpages--, "its page cache counts");
  DAMAGED (inode->i_data.i_pages.xa_head->count++, inode->i_data.i_pages.xa_head->count--, "counts");
  DAMAGED (inode->i_data.i_pages.xa_head->marks[0] ^= 2, inode->i_data.i_pages.xa_head->marks[0] ^= 2, "mark 0 at");
  page = pfn_to_page (frame_of (1, VM_AT (8)));
  DAMAGED (page->flags ^= 1UL << PG_dirty, page->flags ^= 1UL << PG_dirty, "mark 0 at");
  DAMAGED (page->flags |= 1UL << PG_locked, page->flags &= ~(1UL << PG_locked), "is locked");
  vma = find_vma (mm, VM_AT (8));
  DAMAGED (vma->shared.rb_subtree_last++, vma->shared.rb_subtree_last--, "not found among the mappings");
  DAMAGED (this_machine->node_data[0].vm_stat[NR_FILE_MAPPED]++, this_machine->node_data[0].vm_stat[NR_FILE_MAPPED]--,
           "NR_FILE_MAPPED is");
#undef DAMAGED
}

static guint64
top_entry (gint32  pid,
           guint64 address)
{
  struct task_struct *task;

  list_for_each_entry (task, &this_machine->tasks, tasks)
    if (task->pid == pid)
      return ((const guint64 *) task->mm->pgd)[pgd_index (address)];
  return 0;
}

/* What vmalloc() maps is in the upper half of all top tables, of tasks that were there and of those that come. */
static void
test_kernel_half (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint64 area = __vmalloc (3 * PAGE_SIZE, GFP_KERNEL), kernel;

  g_assert_cmpuint (area, !=, 0);
  kernel = ((const guint64 *) this_machine->vmalloc.pgd)[pgd_index (area)];
  g_assert_cmpuint (kernel & _PAGE_PRESENT, !=, 0);
  g_assert_cmpuint (top_entry (1, area), ==, kernel);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpuint (top_entry (2, area), ==, kernel);
  /* It is not for them to see. */
  vm_as (1);
  g_assert_cmpint (load (area), ==, -EFAULT);
  test_assert_valid ();
  /* Tables below the top one are shared: nothing is left to do for the second area. */
  g_assert_cmpuint (__vmalloc (PAGE_SIZE, GFP_KERNEL), ==, area + 4 * PAGE_SIZE);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (0);
  test_assert_valid ();
  vfree (area);
  g_assert_cmpuint (top_entry (1, area), ==, kernel);
  test_assert_valid ();
  ((guint64 *) this_machine->vmalloc.pgd)[pgd_index (area) + 1] = 1;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
}

/* What nobody leads to is found, whatever it is; what tasks have is not taken for that. */
static void
test_leaks (gconstpointer kind)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = NULL;
  struct view_slab_object found[4];
  struct machine_config config;
  struct kmem_cache *caches[5];

  test_config_simple (&config, MIB (64));
  config.slab = GPOINTER_TO_UINT (kind);
  machine = vm_test_machine_of (&config);
  caches[0] = this_machine->task_struct_cachep;
  caches[1] = this_machine->mm_cachep;
  caches[2] = this_machine->vm_area_cachep;
  caches[3] = this_machine->anon_vma_chain_cachep;
  caches[4] = this_machine->anon_vma_cachep;

  g_assert_cmpint (vm_mmap (VM_AT (0), 4 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmpint (store (VM_AT (0), 1), ==, 0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpuint (view_task_leaks (this_machine, found, 4), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (caches); i++)
    {
      void *object = kmem_cache_zalloc (caches[i], GFP_KERNEL);

      g_assert_cmpuint (view_task_leaks (this_machine, found, 4), ==, 1);
      g_assert_cmpuint (found[0].addr, ==, virt_to_phys (object));
      g_assert_cmpuint (found[0].cache, ==, caches[i]->id);
      kmem_cache_free (caches[i], object);
    }
  g_assert_cmpuint (view_task_leaks (this_machine, found, 4), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fork/copy-on-write", test_copy_on_write);
  g_test_add_func ("/fork/flags", test_flags);
  g_test_add_func ("/fork/generations", test_generations);
  g_test_add_func ("/fork/nothing-is-lost", test_nothing_is_lost);
  g_test_add_func ("/fork/without-memory", test_fork_without_memory);
  g_test_add_func ("/fork/exec", test_exec);
  g_test_add_func ("/fork/wait", test_wait);
  g_test_add_func ("/fork/damage", test_damage);
  g_test_add_func ("/fork/kernel-half", test_kernel_half);
  g_test_add_data_func ("/fork/leaks/slab", GUINT_TO_POINTER (SLAB_KIND_SLAB), test_leaks);
  g_test_add_data_func ("/fork/leaks/slub", GUINT_TO_POINTER (SLAB_KIND_SLUB), test_leaks);
  g_test_add_data_func ("/fork/leaks/slob", GUINT_TO_POINTER (SLAB_KIND_SLOB), test_leaks);
  return g_test_run ();
}
