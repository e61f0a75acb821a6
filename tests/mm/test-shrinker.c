/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shrinkers and the OOM killer: unused inodes go and are read again, old shadow entries go, the arithmetic of
 * do_shrink_slab(); who is killed, what the reaper leaves, what the log says.
 */
#include "machine-test.h"

#include <string.h>

#include "mm/mm.h"
#include "mm/shrinker.h"
#include "mm/swap.h"
#include "mm/vmscan.h"

#define N_FILES 200
#define SLOT_BUFFER 1
#define SLOT_OPEN 2
#define SLOT_FILES 10

static guint64 buffer;

static gint64
run (guint kind, guint32 slot, guint64 a0, guint64 a1, guint64 a2, guint64 a3, guint64 a4)
{
  return test_run (
    (struct mm_op){ .kind = (u16)kind, .nid = -1, .slot = slot, .arg = { a0, a1, a2, a3, a4 } });
}

static TestMachine *
machine_with_files (guint64 ram, guint n, guint64 size)
{
  struct machine_config config;
  TestMachine *machine;
  guint i;

  test_config_simple (&config, ram);
  config.nr_slots = SLOT_FILES + MAX (n, 1);
  config.disk_size = MAX (n * size, PAGE_SIZE);
  machine = test_machine_new (&config);
  g_assert_cmpint (run (OP_task_create, 0, 0, 0, 0, 0, 0), >, 0);
  buffer = run (OP_mmap, SLOT_BUFFER, 0, MIB (1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
  for (i = 0; i < n; i++)
    g_assert_cmpint (run (OP_file_create, SLOT_FILES + i, INODE_REG, size, 1000 + i, i, 0), >, 0);
  test_events_clear ();
  return machine;
}

static guint
cached_inodes (void)
{
  struct inode *inode;
  guint n = 0;

  list_for_each_entry (inode, &this_machine->inodes, i_list) n++;
  return n;
}

/* All go with drop_caches, but for one that is open and one with pages; the next use reads them from the
 * disk. */
static void
test_inodes (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), N_FILES, 2 * PAGE_SIZE);
  guint i;

  g_assert_cmpuint (cached_inodes (), ==, N_FILES);
  g_assert_cmpint (run (OP_open, SLOT_OPEN, SLOT_FILES + 3, FMODE_READ | FMODE_WRITE, 0, 0, 0), >, 0);
  g_assert_cmpint (run (OP_file_peek, MM_OP_NO_SLOT, SLOT_FILES + 8, 0, 0, 0, 0), ==, 7 * 7);
  g_assert_cmpint (run (OP_drop_caches, MM_OP_NO_SLOT, 2, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (cached_inodes (), ==, 2);
  g_assert_cmpuint (test_counter ("drop_slab"), ==, 1);
  g_assert_cmpuint (test_counter ("slabs_scanned"), >=, N_FILES - 2);
  test_assert_valid ();
  g_assert_cmpint (run (OP_drop_caches, MM_OP_NO_SLOT, 3, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (cached_inodes (), ==, 1);
  g_assert_cmpuint (test_counter ("drop_pagecache"), ==, 1);
  test_assert_valid ();

  /* Nothing of them was lost. */
  g_assert_cmpint (run (OP_close, MM_OP_NO_SLOT, SLOT_OPEN + 1, 0, 0, 0, 0), ==, 0);
  for (i = 0; i < N_FILES; i++)
    {
      g_assert_cmpint (run (OP_file_peek, MM_OP_NO_SLOT, SLOT_FILES + i + 1, PAGE_SIZE + 5, 0, 0, 0),
                       ==,
                       (guint8)(PAGE_SIZE + 5 + 31 + 7 * i));
      g_assert_cmpuint (find_inode (i + 1)->i_uid, ==, 1000 + i);
      g_assert_cmpint (find_inode (i + 1)->i_size, ==, 2 * PAGE_SIZE);
    }
  g_assert_cmpint (run (OP_drop_caches, MM_OP_NO_SLOT, 0, 0, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (run (OP_drop_caches, MM_OP_NO_SLOT, 4, 0, 0, 0, 0), ==, -EINVAL);
  test_assert_valid ();
}

/* What was written, punched and truncated is still so after the inode has been away. */
static void
test_changes_survive (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), 2, 8 * PAGE_SIZE);

  g_assert_cmpint (run (OP_open, SLOT_OPEN, SLOT_FILES + 1, FMODE_READ | FMODE_WRITE, 0, 0, 0), >, 0);
  g_assert_cmpint (run (OP_store, MM_OP_NO_SLOT, buffer, 1, 1, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_punch_hole, MM_OP_NO_SLOT, SLOT_OPEN + 1, PAGE_SIZE, PAGE_SIZE, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_file_poke, MM_OP_NO_SLOT, SLOT_FILES + 1, 2 * PAGE_SIZE, 0x5a, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_ftruncate, MM_OP_NO_SLOT, SLOT_OPEN + 1, 5 * PAGE_SIZE + 3, 0, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_close, MM_OP_NO_SLOT, SLOT_OPEN + 1, 0, 0, 0, 0), ==, 0);
  /* Dirty pages are not dropped, and hold the inode. */
  g_assert_cmpint (run (OP_drop_caches, MM_OP_NO_SLOT, 3, 0, 0, 0, 0), ==, 0);
  g_assert_nonnull (find_inode (1));
  g_assert_cmpint (run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_drop_caches, MM_OP_NO_SLOT, 3, 0, 0, 0, 0), ==, 0);
  g_assert_null (find_inode (1));
  test_assert_valid ();
  g_assert_cmpint (run (OP_file_peek, MM_OP_NO_SLOT, SLOT_FILES + 1, PAGE_SIZE + 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_file_peek, MM_OP_NO_SLOT, SLOT_FILES + 1, 2 * PAGE_SIZE, 0, 0, 0), ==, 0x5a);
  g_assert_cmpint (find_inode (1)->i_size, ==, 5 * PAGE_SIZE + 3);
  g_assert_true (inode_has_block (find_inode (1), 2) && !inode_has_block (find_inode (1), 1));
  g_assert_false (inode_has_block (find_inode (1), 6));
  test_assert_valid ();
}

/* Priority, seeks, batches: at priority 12 nothing of 200 is due; what is put off adds up. */
static void
test_arithmetic (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), N_FILES, PAGE_SIZE);

  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 12), ==, 0);
  g_assert_cmpuint (this_machine->nr_deferred[SHRINKER_SUPER][0], ==, 0);
  /* 200 >> 2 = 50, times 4 over 2 seeks: 100, which is less than a batch and than all. */
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 2), ==, 0);
  g_assert_cmpuint (this_machine->nr_deferred[SHRINKER_SUPER][0], ==, 100);
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 2), ==, 0);
  g_assert_cmpuint (this_machine->nr_deferred[SHRINKER_SUPER][0], ==, 200);
  /* Not led back into the file system. */
  g_assert_cmpuint (shrink_slab (GFP_NOFS, 0, 0), ==, 0);
  g_assert_cmpuint (test_counter ("slabs_scanned"), ==, 0);
  g_assert_cmpuint (
    this_machine->nr_deferred[SHRINKER_SUPER][0], ==, 400); /* at most twice as many as there are */
  /* Fewer seem to be there at half the pressure, none at 0. */
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_vfs_cache_pressure, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_vfs_cache_pressure, 100, 0, 0, 0), ==, 0);
  /* One that was used twice gets a second chance. */
  g_assert_cmpint (run (OP_open, SLOT_OPEN, SLOT_FILES + 1, FMODE_READ, 0, 0, 0), >, 0);
  g_assert_cmpint (run (OP_close, MM_OP_NO_SLOT, SLOT_OPEN + 1, 0, 0, 0, 0), ==, 0);
  g_assert_true (find_inode (1)->i_state & I_REFERENCED);
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 0), ==, N_FILES - 1);
  g_assert_cmpuint (cached_inodes (), ==, 1);
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 0), ==, 1);
  g_assert_cmpuint (cached_inodes (), ==, 0);
  test_assert_valid ();
}

/* Notes on pages that are long gone are given up when there are too many nodes of them. */
static void
test_shadows (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (4), 1, MIB (160));
  guint64 max_nodes = NODE_DATA (0)->node_present_pages >> 3, page;

  for (page = 0; page < MIB (160) / PAGE_SIZE; page++)
    g_assert_cmpint (run (OP_file_peek, MM_OP_NO_SLOT, SLOT_FILES + 1, page * PAGE_SIZE, 0, 0, 0), >=, 0);
  test_assert_valid ();
  g_assert_cmpuint (test_counter ("workingset_nodes"), >, 0);
  g_assert_cmpuint (test_counter ("workingset_nodereclaim"), >, 0);
  shrink_slab (GFP_KERNEL, 0, 0);
  g_assert_cmpint (this_machine->shadow_nodes.nr_items[0], <=, max_nodes);
  test_assert_valid ();
  /* With the pages of the file the notes go, too, and then the inode. */
  g_assert_cmpint (run (OP_drop_caches, MM_OP_NO_SLOT, 3, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (cached_inodes (), ==, 0);
  g_assert_cmpint (this_machine->shadow_nodes.nr_items[0], ==, 0);
  test_assert_valid ();
}

/* mm_validate() notices lists that count wrongly. */
static void
test_damage (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), 3, PAGE_SIZE);

  this_machine->inode_lru.nr_items[0]++;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  this_machine->inode_lru.nr_items[0]--;
  this_machine->shadow_nodes.nr_items[0]++;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  this_machine->shadow_nodes.nr_items[0]--;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 0);
}

/* ---- The OOM killer ---- */

#define SLOT_VICTIM 4
#define SLOT_HEAP 5

static gint64
run_as (guint32 task, guint kind, guint32 slot, guint64 a0, guint64 a1, guint64 a2, guint64 a3)
{
  return test_run ((struct mm_op){
    .kind = (u16)kind, .nid = -1, .slot = slot, .task = task + 1, .arg = { a0, a1, a2, a3 } });
}

/* The child has 8 MiB of its own; then the parent wants 12 of 16. */
static gint64
run_out (void)
{
  gint64 heap;

  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_overcommit_memory, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (run_as (0, OP_fork, SLOT_VICTIM, 0, 0, 0, 0), ==, 2);
  heap =
    run_as (SLOT_VICTIM, OP_mmap, SLOT_HEAP, 0, MIB (8), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  g_assert_cmpint (run_as (SLOT_VICTIM, OP_store, MM_OP_NO_SLOT, heap, 1, MIB (8) / PAGE_SIZE, 0), ==, 0);
  return run_as (0, OP_mmap, SLOT_HEAP, 0, MIB (12), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
}

static void
test_reaper (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), 0, 0);
  gint64 heap;
  char log[4096];
  guint64 clock;

  g_assert_cmpint (view_proc (this_machine, "kmsg", log, sizeof log), ==, 0);
  heap = run_out ();
  g_assert_cmpint (view_proc (this_machine, "2/oom_score", log, sizeof log), >, 0);
  g_assert_cmpint (atoi (log), >, 800);
  g_assert_cmpint (view_proc (this_machine, "2/oom_score_adj", log, sizeof log), >, 0);
  g_assert_cmpstr (log, ==, "0\n");
  clock = this_machine->clock;
  g_assert_cmpint (run_as (0, OP_store, MM_OP_NO_SLOT, heap, 1, MIB (12) / PAGE_SIZE, 0), ==, 0);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 1);
  g_assert_cmpuint (test_events_count (TRACE_start_task_reaping), ==, 1);
  g_assert_cmpuint (this_machine->clock, >=, clock + 2000000);
  g_assert_cmpint (find_task_by_pid (2)->__state, ==, EXIT_ZOMBIE);
  g_assert_cmpint (find_task_by_pid (2)->exit_code, ==, SIGKILL);
  test_assert_valid ();

  view_proc (this_machine, "kmsg", log, sizeof log);
  g_assert_nonnull (strstr (log, " invoked oom-killer: gfp_mask=0x"));
  g_assert_nonnull (strstr (log, "GFP_HIGHUSER_MOVABLE"));
  g_assert_nonnull (strstr (
    log, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n[      1] "));
  g_assert_nonnull (strstr (log, "\n[      2] "));
  g_assert_nonnull (strstr (log, "Out of memory: Killed process 2 ("));
  g_assert_nonnull (strstr (log, "oom_reaper: reaped process 2 ("));
  g_assert_nonnull (strstr (log, "), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB\n"));
}

/* oom_score_adj spares the larger one; oom_kill_allocating_task spares the search. */
static void
test_choice (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), 0, 0);
  gint64 heap = run_out ();

  g_assert_cmpint (
    run_as (SLOT_VICTIM, OP_set_task, MM_OP_NO_SLOT, TASK_SET_OOM_SCORE_ADJ, (guint64)-1000, 0, 0), ==, 0);
  run_as (0, OP_store, MM_OP_NO_SLOT, heap, 1, MIB (12) / PAGE_SIZE, 0);
  g_assert_cmpint (find_task_by_pid (2)->__state, ==, TASK_RUNNING);
  g_assert_null (find_task_by_pid (1));
  g_assert_cmpuint (test_events_count (TRACE_start_task_reaping), ==, 0);
  test_assert_valid ();
}

static void
test_allocating_task (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), 0, 0);
  gint64 heap = run_out ();

  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_oom_kill_allocating_task, 1, 0, 0, 0), ==, 0);
  run_as (0, OP_store, MM_OP_NO_SLOT, heap, 1, MIB (12) / PAGE_SIZE, 0);
  g_assert_null (find_task_by_pid (1));
  g_assert_cmpint (find_task_by_pid (2)->__state, ==, TASK_RUNNING);
  test_assert_valid ();
}

static void
test_panic (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_files (MIB (16), 0, 0);
  gint64 heap = run_out ();

  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_panic_on_oom, 1, 0, 0, 0), ==, 0);
  g_assert_true (TEST_STOPS (run_as (0, OP_store, MM_OP_NO_SLOT, heap, 1, MIB (12) / PAGE_SIZE, 0)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/shrinker/inodes", test_inodes);
  g_test_add_func ("/mm/shrinker/changes-survive", test_changes_survive);
  g_test_add_func ("/mm/shrinker/arithmetic", test_arithmetic);
  g_test_add_func ("/mm/shrinker/shadows", test_shadows);
  g_test_add_func ("/mm/shrinker/damage", test_damage);
  g_test_add_func ("/mm/oom/reaper", test_reaper);
  g_test_add_func ("/mm/oom/choice", test_choice);
  g_test_add_func ("/mm/oom/allocating-task", test_allocating_task);
  g_test_add_func ("/mm/oom/panic", test_panic);
  return g_test_run ();
}
