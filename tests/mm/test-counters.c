/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of /proc/vmstat, /proc/meminfo and /proc/zoneinfo: each one moves in some load, or it is a line
 * of mm/proc-constants.def, which says why this machine cannot move it. So a number that is printed but
 * not kept is caught, and so is a line that is called constant and is not.
 */
#include "vm-test.h"

#include <string.h>

#include "mm/mempolicy.h"
#include "mm/shrinker.h"
#include "mm/slab.h"
#include "mm/swap.h"
#include "mm/vmscan.h"

static const struct
{
  const char *line, *why;
} constants[] = {
#define PROC_CONSTANT(line, why) { line, why },
#include "mm/proc-constants.def"
#undef PROC_CONSTANT
};

/* ---- Looking at the files ---- */

static const char *const files[] = { "vmstat", "meminfo", "zoneinfo" };

/* "FILE LINE" of each line met; 1 once it has been seen to change. */
static GHashTable *lines;

/* The numbers of a machine when they were looked at last, in the order of the files. */
static GArray *before;

static char *
proc_text (const char *name)
{
  gint64 length = view_proc (this_machine, name, NULL, 0);
  char *text = g_malloc ((gsize)length + 1);

  g_assert_cmpint (view_proc (this_machine, name, text, (gsize)length + 1), ==, length);
  return text;
}

/* A number of the files; @nth counts all of them. */
static void
see (const char *file, const char *label, guint64 value, guint nth)
{
  g_autofree char *key = g_strdup_printf ("%s %s", file, label);
  gboolean moved = nth < before->len && g_array_index (before, guint64, nth) != value;

  if (nth == before->len)
    g_array_append_val (before, value);
  g_array_index (before, guint64, nth) = value;
  if (moved || !g_hash_table_contains (lines, key))
    g_hash_table_replace (lines, g_steal_pointer (&key), GINT_TO_POINTER (moved));
}

/* "label 12", "label: 12 kB", "label: (1, 2)": all the numbers after the label. */
static guint
see_line (const char *file, char *line, guint nth)
{
  char *at = g_strstrip (line), *label = at;
  gsize length;

  if (g_str_has_prefix (at, "pages free"))
    label = at += strlen ("pages ");
  if (g_str_has_prefix (at, "vm stats threshold"))
    at += strlen ("vm stats ");
  length = (gsize)(at - label) + strcspn (at, ": ");
  at = label + length;
  if (*at != '\0')
    *at++ = '\0';
  for (at += strcspn (at, "0123456789"); *at != '\0'; at += strcspn (at, "0123456789"))
    see (file, label, g_ascii_strtoull (at, &at, 10), nth++);
  return nth;
}

static void
look (void)
{
  guint nth = 0;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = proc_text (files[i]);
      g_auto (GStrv) split = g_strsplit (text, "\n", -1);

      for (guint j = 0; split[j] != NULL; j++)
        if (!g_str_has_prefix (split[j], "Node ") && !g_str_has_prefix (split[j], "    cpu:"))
          nth = see_line (files[i], split[j], nth);
    }
}

/* Pages are isolated, and kswapd is awake, only while an operation runs. */
static void
look_within (guint32 id)
{
  static guint n;

  if (id == TRACE_mm_vmscan_kswapd_wake || (id == TRACE_shrink_folio && n++ % 64 == 0))
    look ();
}

/* ---- Operations ---- */

#define SLOT_HEAP 1
#define SLOT_FILE 2
#define SLOT_OPEN 3
#define SLOT_MAP 4
#define SLOT_CHILD 5
#define SLOT_OTHER 6
#define SLOT_CACHE 7
#define SLOT_PAGES 16
#define N_SLOTS 8192
#define HUGE (512 * PAGE_SIZE)

static guint32 task, cpu;

static gint64
run (guint kind, guint32 slot, guint64 a0, guint64 a1, guint64 a2, guint64 a3, guint64 a4)
{
  gint64 ret = test_run ((struct mm_op){ .kind = (u16)kind,
                                         .nid = -1,
                                         .cpu = (u8)cpu,
                                         .slot = slot,
                                         .task = task + 1,
                                         .arg = { a0, a1, a2, a3, a4 } });

  look ();
  return ret;
}

static gint64
alloc (guint32 slot, guint32 nr, guint32 order, gfp_t gfp)
{
  gint64 ret = test_run ((struct mm_op){ .kind = OP_alloc_many,
                                         .nid = -1,
                                         .cpu = (u8)cpu,
                                         .slot = slot,
                                         .nr = nr,
                                         .order = order,
                                         .gfp = gfp,
                                         .arg = { 0, order } });

  look ();
  return ret;
}

static void
release (guint32 slot, guint32 nr, guint pattern)
{
  test_run (
    (struct mm_op){ .kind = OP_free_many, .nid = -1, .slot = slot, .nr = nr, .arg = { pattern, 0, 2 } });
  look ();
}

static guint64
map (guint32 slot, guint64 pages, guint flags)
{
  gint64 address =
    run (OP_mmap, slot, 0, pages * PAGE_SIZE, VM_RW, flags, flags & MAP_ANONYMOUS ? 0 : SLOT_OPEN + 1);

  g_assert_cmpint (address, >, 0);
  return (guint64)address;
}

static void
store (guint64 address, guint64 pages)
{
  run (OP_store, MM_OP_NO_SLOT, address, 1, pages, 0, 0);
}

static void
load (guint64 address, guint64 pages)
{
  run (OP_load, MM_OP_NO_SLOT, address, 1, pages, 0, 0);
}

/* DMA, DMA32 and Normal in one node; task 0; a file of @file_pages. */
static void
config_zones (struct machine_config *config, guint64 ram)
{
  test_config_simple (config, ram);
  config->zone_dma_end = MIB (4);
  config->zone_dma32_end = MIB (8);
  config->nr_slots = N_SLOTS;
  config->nr_swaps = 1;
  config->swaps[0].size = MIB (32);
  config->disk_size = MIB (32);
}

static TestMachine *
begin (const struct machine_config *config, guint64 file_pages)
{
  TestMachine *machine = test_machine_new (config);

  task = cpu = 0;
  g_array_set_size (before, 0);
  look ();
  g_assert_cmpint (run (OP_task_create, 0, 0, 0, 0, 0, 0), >, 0);
  if (file_pages)
    {
      g_assert_cmpint (run (OP_file_create, SLOT_FILE, INODE_REG, file_pages * PAGE_SIZE, 0, 1, 0), >, 0);
      g_assert_cmpint (run (OP_open, SLOT_OPEN, SLOT_FILE + 1, FMODE_READ | FMODE_WRITE, 0, 0, 0), >, 0);
    }
  test_trace_callback = look_within;
  return machine;
}

static void
end (TestMachine *machine)
{
  test_trace_callback = NULL;
  test_assert_valid ();
  test_machine_free (machine);
}

/* ---- Loads ---- */

/* Pages of a file that are dirty and that nobody uses any more, met by reclaim again and again before they are written. */
static void
load_dirty (void)
{
  struct machine_config config;
  TestMachine *machine;
  guint64 heap;

  config_zones (&config, MIB (16));
  machine = begin (&config, 1024);
  heap = map (SLOT_HEAP, 3584, VM_ANON);
  run (OP_set_tunable, MM_OP_NO_SLOT, TUNABLE_dirty_background_ratio, 90, 0, 0, 0);
  run (OP_set_tunable, MM_OP_NO_SLOT, TUNABLE_dirty_ratio, 100, 0, 0, 0);
  for (guint round = 0; round < 40; round++)
    {
      guint64 file = map (SLOT_MAP, 1024, MAP_SHARED);

      store (file, 1024);
      run (OP_munmap, MM_OP_NO_SLOT, file, 1024 * PAGE_SIZE, 0, 0, 0);
      store (heap + round % 2 * 1792 * PAGE_SIZE, 1792);
    }
  end (machine);
}

/* Memory and a file larger than RAM; requests from all zones while it is short. */
static void
load_pressure (void)
{
  struct machine_config config;
  TestMachine *machine;
  guint64 heap, file;

  config_zones (&config, MIB (16));
  machine = begin (&config, 4096);
  heap = map (SLOT_HEAP, 3584, VM_ANON);
  file = map (SLOT_MAP, 4096, MAP_SHARED);
  for (guint round = 0; round < 3; round++)
    {
      for (guint64 page = 0; page < 3584; page += 128)
        {
          store (heap + page * PAGE_SIZE, 128);
          load (file + page * PAGE_SIZE, 128);
          load (file, 128);
          load (heap, 128);
        }
      store (file, 600);
      alloc (SLOT_PAGES, 200, 0, GFP_KERNEL);
      alloc (SLOT_PAGES + 200, 300, 0, GFP_DMA | GFP_KERNEL);
      alloc (SLOT_PAGES + 500, 300, 0, GFP_DMA32 | GFP_KERNEL);
      alloc (SLOT_PAGES + 800, 300, 0, GFP_HIGHUSER_MOVABLE);
      release (SLOT_PAGES, 1100, PATTERN_FIFO);
    }
  /* All at once, before kswapd has its turn. */
  run (OP_munmap, MM_OP_NO_SLOT, heap, 3584 * PAGE_SIZE, 0, 0, 0);
  heap = map (SLOT_HEAP, 3000, VM_ANON | MAP_POPULATE);
  store (file, 4096);
  load (file, 4096);
  for (guint page = 0; page < 4096; page += 64)
    {
      run (OP_pread, MM_OP_NO_SLOT, 0, 64 * PAGE_SIZE, page * PAGE_SIZE, SLOT_OPEN + 1, heap);
      run (OP_pwrite, MM_OP_NO_SLOT, 0, 64 * PAGE_SIZE, page * PAGE_SIZE, SLOT_OPEN + 1, heap);
    }
  run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  run (OP_drop_caches, MM_OP_NO_SLOT, 3, 0, 0, 0, 0);
  end (machine);
}

static void
load_advice (void)
{
  struct machine_config config;
  TestMachine *machine;
  guint64 heap, locked, shared;

  config_zones (&config, MIB (16));
  machine = begin (&config, 1024);
  heap = map (SLOT_HEAP, 1024, VM_ANON);
  shared = map (SLOT_OTHER, 256, MAP_SHARED | MAP_ANONYMOUS);
  store (heap, 1024);
  store (shared, 256);
  run (OP_madvise, MM_OP_NO_SLOT, heap, 512 * PAGE_SIZE, MADV_COLD, 0, 0);
  run (OP_madvise, MM_OP_NO_SLOT, heap, 512 * PAGE_SIZE, MADV_FREE, 0, 0);
  run (OP_madvise, MM_OP_NO_SLOT, heap + 512 * PAGE_SIZE, 512 * PAGE_SIZE, MADV_PAGEOUT, 0, 0);
  load (heap + 512 * PAGE_SIZE, 512);
  store (map (SLOT_OTHER, 3000, VM_ANON), 3000);
  load (heap, 1024);
  /* Locked by two; unlocked by one after the other, once with a batch still to come. */
  locked = map (SLOT_OTHER, 256, VM_ANON);
  run (OP_mlock, MM_OP_NO_SLOT, locked, 256 * PAGE_SIZE, 0, 0, 0);
  run (OP_munlock, MM_OP_NO_SLOT, locked, 100 * PAGE_SIZE, 0, 0, 0);
  run (OP_munmap, MM_OP_NO_SLOT, locked + 100 * PAGE_SIZE, 100 * PAGE_SIZE, 0, 0, 0);
  /* Copy on write, and an entry that is its task's alone again. */
  run (OP_fork, SLOT_CHILD, 0, 0, 0, 0, 0);
  store (heap, 300);
  task = SLOT_CHILD;
  store (heap, 300);
  run (OP_exit, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  task = 0;
  store (heap, 1024);
  end (machine);
}

static void
load_huge (void)
{
  struct machine_config config;
  TestMachine *machine;
  struct view_walk walk;
  struct page *page;
  guint64 heap, small;

  config_zones (&config, MIB (64));
  machine = begin (&config, 0);
  heap = (map (SLOT_HEAP, 8 * 512, VM_ANON) + HUGE - 1) & ~(HUGE - 1);
  run (OP_madvise, MM_OP_NO_SLOT, heap, 7 * HUGE, MADV_HUGEPAGE, 0, 0);
  store (heap, 1024);
  load (heap + 2 * HUGE, 1);
  /* Partly unmapped, and then split when memory is short, or not, while somebody holds it. */
  run (OP_munmap, MM_OP_NO_SLOT, heap, 8 * PAGE_SIZE, 0, 0, 0);
  g_assert_true (view_walk (this_machine, 1, heap + 8 * PAGE_SIZE, &walk));
  page = compound_head (pfn_to_page (walk.phys >> PAGE_SHIFT));
  get_page (page);
  run (OP_drop_caches, MM_OP_NO_SLOT, 2, 0, 0, 0, 0);
  put_page (page);
  run (OP_drop_caches, MM_OP_NO_SLOT, 2, 0, 0, 0, 0);
  /* Of small pages one is made, until there is no room for it. */
  small = (map (SLOT_OTHER, 8 * 512, VM_ANON) + HUGE - 1) & ~(HUGE - 1);
  store (small, 1024);
  run (OP_madvise, MM_OP_NO_SLOT, small, HUGE, MADV_COLLAPSE, 0, 0);
  run (OP_swapoff, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  alloc (SLOT_PAGES, 100, 10, GFP_KERNEL | __GFP_NORETRY);
  alloc (SLOT_PAGES + 100, 100, 9, GFP_KERNEL | __GFP_NORETRY);
  run (OP_madvise, MM_OP_NO_SLOT, small + HUGE, HUGE, MADV_COLLAPSE, 0, 0);
  store (heap + 3 * HUGE, 1);
  end (machine);

  machine = begin (&config, 0);
  heap = (map (SLOT_HEAP, 8 * 512, VM_ANON) + HUGE - 1) & ~(HUGE - 1);
  run (OP_madvise, MM_OP_NO_SLOT, heap, 7 * HUGE, MADV_HUGEPAGE, 0, 0);
  alloc (SLOT_PAGES, 100, 10, GFP_KERNEL | __GFP_NORETRY);
  alloc (SLOT_PAGES + 100, 100, 9, GFP_KERNEL | __GFP_NORETRY);
  load (heap, 1);
  end (machine);

  /* Huge pages go to swap in parts. */
  config_zones (&config, MIB (24));
  machine = begin (&config, 0);
  heap = (map (SLOT_HEAP, 14 * 512, VM_ANON) + HUGE - 1) & ~(HUGE - 1);
  run (OP_madvise, MM_OP_NO_SLOT, heap, 13 * HUGE, MADV_HUGEPAGE, 0, 0);
  store (heap, 13 * 512);
  end (machine);
}

static TestMachine *
begin_one_zone (void)
{
  struct machine_config config;

  config_zones (&config, MIB (24));
  config.regions[0].base = MIB (16);
  config.zone_dma32_end = MIB (16);
  config.watermark_boost_factor = -1;
  config.nr_cpus = 2;
  return begin (&config, 0);
}

/* Every second page of memory is free: whoever wants a large block moves the others. */
static void
load_compaction (void)
{
  TestMachine *machine = begin_one_zone ();
  guint64 heap = map (SLOT_HEAP, 3584, VM_ANON);

  store (heap, 3584);
  for (guint page = 0; page < 3584; page += 2)
    run (OP_madvise, MM_OP_NO_SLOT, heap + page * PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED, 0, 0);
  alloc (SLOT_PAGES, 8, 9, GFP_HIGHUSER_MOVABLE | __GFP_RETRY_MAYFAIL);
  run (OP_compact_memory, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  end (machine);
}

/* A locked page in each large block: kswapd frees enough for one, but none; then kcompactd makes one. */
static void
load_kcompactd (void)
{
  TestMachine *machine = begin_one_zone ();
  guint64 heap = map (SLOT_HEAP, 3584, VM_ANON);

  store (heap, 3584);
  for (guint page = 0; page < 3584; page += 64)
    run (OP_mlock, MM_OP_NO_SLOT, heap + page * PAGE_SIZE, PAGE_SIZE, 0, 0, 0);
  for (guint i = 0; i < 8; i++)
    alloc (SLOT_PAGES + i, 1, 9, GFP_TRANSHUGE_LIGHT | __GFP_KSWAPD_RECLAIM);
  end (machine);
}

/* Locked pages that compaction could not move wait in the batch of its CPU, and are unlocked on another. */
static void
load_stranded (void)
{
  TestMachine *machine = begin_one_zone ();
  struct view_walk walk;
  guint64 heap, locked;

  heap = map (SLOT_HEAP, 1000, VM_ANON);
  store (heap, 500);
  locked = map (SLOT_OTHER, 1, VM_ANON);
  run (OP_mlock, MM_OP_NO_SLOT, locked, PAGE_SIZE, 0, 0, 0);
  store (heap + 500 * PAGE_SIZE, 500);
  run (OP_munmap, MM_OP_NO_SLOT, heap, 1000 * PAGE_SIZE, 0, 0, 0);
  g_assert_true (view_walk (this_machine, 1, locked, &walk));
  get_page (pfn_to_page (walk.phys >> PAGE_SHIFT));
  run (OP_compact_memory, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  cpu = 1;
  run (OP_munlock, MM_OP_NO_SLOT, locked, PAGE_SIZE, 0, 0, 0);
  put_page (pfn_to_page (walk.phys >> PAGE_SHIFT));
  end (machine);
}

/* Two nodes; one of them full. */
static void
load_nodes (void)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, MIB (16));
  config.nr_nodes = 2;
  config.nr_regions = 2;
  config.regions[1].base = MIB (16);
  config.regions[1].size = MIB (16);
  config.regions[1].nid = 1;
  config.nr_cpus = 2;
  config.cpu_to_node[1] = 1;
  config.nr_slots = N_SLOTS;
  machine = begin (&config, 0);
  alloc (SLOT_PAGES, 6000, 0, GFP_KERNEL);
  cpu = 1;
  alloc (SLOT_PAGES + 6000, 100, 0, GFP_KERNEL);
  run (OP_set_mempolicy, MM_OP_NO_SLOT, MPOL_INTERLEAVE, 3, 0, 0, 0);
  store (map (SLOT_HEAP, 100, VM_ANON), 100);
  end (machine);
}

/* Requests that may use half of the reserve, and then have to reclaim. */
static void
load_reserve (void)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, MIB (16));
  config.nr_slots = N_SLOTS;
  config.nr_swaps = 1;
  config.swaps[0].size = MIB (16);
  machine = begin (&config, 0);
  store (map (SLOT_HEAP, 2000, VM_ANON), 2000);
  alloc (SLOT_PAGES, 3000, 0, GFP_KERNEL | __GFP_HIGH);
  end (machine);
}

/* A device is given memory, and gives it back. */
static void
load_device (void)
{
  struct machine_config config;
  TestMachine *machine;

  config_zones (&config, MIB (64));
  machine = begin (&config, 0);
  run (OP_umem_get, SLOT_OTHER, map (SLOT_HEAP, 1000, VM_ANON), 1000 * PAGE_SIZE, 1, 0, 0);
  run (OP_umem_release, SLOT_OTHER, 0, 0, 0, 0, 0);
  end (machine);
}

static void
load_kernel (void)
{
  struct machine_config config;
  TestMachine *machine;

  config_zones (&config, MIB (64));
  machine = begin (&config, 0);
  store (map (SLOT_HEAP, 8000, VM_ANON), 8000);
  alloc (SLOT_PAGES, N_SLOTS - SLOT_PAGES, 0, GFP_KERNEL);
  release (SLOT_PAGES, N_SLOTS - SLOT_PAGES, PATTERN_FIFO);
  g_assert_cmpint (test_run ((struct mm_op){ .kind = OP_vmalloc,
                                             .nid = -1,
                                             .slot = SLOT_OTHER,
                                             .nr = 1,
                                             .gfp = GFP_KERNEL,
                                             .arg = { 64 * PAGE_SIZE } }),
                   ==,
                   0);
  g_assert_cmpint (test_run ((struct mm_op){ .kind = OP_kmem_cache_create,
                                             .nid = -1,
                                             .slot = SLOT_CACHE,
                                             .nr = 200,
                                             .nodemask = SLAB_RECLAIM_ACCOUNT,
                                             .arg = { 0, 0x6f726566 } }),
                   >=,
                   0);
  test_run ((struct mm_op){ .kind = OP_kmem_cache_alloc,
                            .nid = -1,
                            .slot = SLOT_PAGES,
                            .nr = 400,
                            .gfp = GFP_KERNEL,
                            .arg = { SLOT_CACHE + 1 } });
  test_run ((struct mm_op){
    .kind = OP_kmalloc, .nid = -1, .slot = SLOT_PAGES + 400, .nr = 400, .gfp = GFP_KERNEL, .arg = { 500 } });
  look ();
  run (OP_set_tunable, 0, TUNABLE_min_free_kbytes, 2000, 0, 0, 0);
  run (OP_set_tunable, 0, TUNABLE_overcommit_ratio, 80, 0, 0, 0);
  run (OP_set_tunable, 0, TUNABLE_lowmem_reserve_ratio_dma, 10, 0, 0, 0);
  run (OP_swapoff, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  end (machine);
}

static void
load_out_of_memory (void)
{
  struct machine_config config;
  TestMachine *machine;

  config_zones (&config, MIB (16));
  config.nr_swaps = 0;
  machine = begin (&config, 1024);
  run (OP_set_tunable, 0, TUNABLE_overcommit_memory, 1, 0, 0, 0);
  run (OP_fork, SLOT_CHILD, 0, 0, 0, 0, 0);
  store (map (SLOT_HEAP, 8000, VM_ANON), 8000);
  end (machine);
}

/* More is read once than the notes on evicted pages may take room. */
static void
load_shadows (void)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, MIB (4));
  config.nr_slots = N_SLOTS;
  config.disk_size = MIB (200);
  machine = begin (&config, 200 * 256);
  for (guint64 page = 0; page < 200 * 256; page += 32)
    test_run ((struct mm_op){
      .kind = OP_file_peek, .nid = -1, .slot = MM_OP_NO_SLOT, .arg = { SLOT_FILE + 1, page * PAGE_SIZE } });
  look ();
  end (machine);
}

static void
load_working_set (void)
{
  struct machine_config config;
  TestMachine *machine;
  guint64 hot, cold;

  config_zones (&config, MIB (16));
  machine = begin (&config, 0);
  hot = map (SLOT_HEAP, 2600, VM_ANON);
  cold = map (SLOT_OTHER, 4000, VM_ANON);
  for (guint64 page = 0; page < 4000; page += 40)
    {
      for (guint i = 0; i < 5; i++)
        load (hot + (page * 8 + 100 * i) % 2600 * PAGE_SIZE, 100);
      store (hot, 2600);
      store (cold + page * PAGE_SIZE, 40);
    }
  end (machine);
}

/* Many CPUs in little memory: their differences matter, so they are kept short while kswapd works. */
static void
load_cpus (void)
{
  struct machine_config config;
  TestMachine *machine;

  config_zones (&config, MIB (16));
  config.nr_cpus = 16;
  machine = begin (&config, 0);
  store (map (SLOT_HEAP, 5000, VM_ANON), 5000);
  end (machine);
}

static const char *
why_constant (const char *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    if (g_str_equal (constants[i].line, line))
      return constants[i].why;
  return NULL;
}

static gboolean
is_printed (const char *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *key = g_strdup_printf ("%s %s", files[i], line);

      if (g_hash_table_contains (lines, key))
        return TRUE;
    }
  return FALSE;
}

static void
test_lines (void)
{
  static void (*const loads[]) (void) = {
    load_pressure, load_advice, load_huge, load_compaction,    load_kcompactd, load_stranded,    load_nodes,
    load_reserve,  load_device,  load_kernel, load_cpus, load_out_of_memory, load_shadows,   load_working_set,
    load_dirty,
  };
  GHashTableIter iter;
  gpointer key, moved;
  guint wrong = 0;

  lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  before = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < G_N_ELEMENTS (loads); i++)
    loads[i]();
  g_hash_table_iter_init (&iter, lines);
  while (g_hash_table_iter_next (&iter, &key, &moved))
    {
      const char *why = why_constant (strchr (key, ' ') + 1);

      if (!moved && why == NULL)
        g_test_message ("%s was never seen to change", (const char *)key);
      if (moved && why != NULL)
        g_test_message ("%s changes, though %s", (const char *)key, why);
      wrong += !!moved == !!why;
    }
  g_assert_cmpuint (wrong, ==, 0);
  /* No constant that is not printed. */
  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    g_assert_true (is_printed (constants[i].line));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/counters/lines", test_lines);
  return g_test_run ();
}
