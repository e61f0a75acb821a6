/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SLAB and its companions in detail: how slabs are laid out, which batches move
 * where, what debugging catches, pools, vmalloc(), /proc/slabinfo.
 */
#include <stdio.h>
#include <string.h>

#include "machine-test.h"
#include "mm/memory_pool.h"
#include "mm/mempool.h"
#include "mm/slab.h"
#include "mm/slab_internal.h"
#include "mm/vmalloc.h"

static TestMachine *
machine_new (guint cpus,
             guint kind)
{
  struct machine_config config;

  test_config_simple (&config, MIB (64));
  config.nr_cpus = cpus;
  config.slab = kind;
  config.nr_slots = 64;
  return test_machine_new (&config);
}

static struct kmem_cache *
cache_new (const char *name,
           guint       size,
           guint       flags,
           guint       ctor)
{
  struct kmem_cache *cache = kmem_cache_create (name, size, 0, flags, ctor);

  g_assert_nonnull (cache);
  return cache;
}

static struct view_kmem_cache
view_of (struct kmem_cache *cache)
{
  struct view_kmem_cache view;

  g_assert_true (view_kmem_cache (this_machine, cache->id, &view));
  return view;
}

/* ---- Layout ---- */

/*
 * Worked out by hand-made rules, not by the code under test: the smallest slab of order 0 or 1 that
 * wastes at most an eighth (a larger one only if an object does not fit), at most 255 objects; the
 * free list in an object if that is large enough, else off slab if a kmalloc object of half
 * the size will do and there is no room, else at the end. Constructors rule out the first.
 */
static void
test_facts (void)
{
  static const struct {
    guint asked, size, num, order, left, colour, place, limit;
    guint ctor_num, ctor_order, ctor_place;
  } facts[] = {
  { 8, 16, 240, 0, 16, 0, VIEW_FREELIST_ON_SLAB, 120, 240, 0, VIEW_FREELIST_ON_SLAB },
  { 16, 16, 240, 0, 16, 0, VIEW_FREELIST_ON_SLAB, 120, 240, 0, VIEW_FREELIST_ON_SLAB },
  { 24, 24, 163, 0, 21, 0, VIEW_FREELIST_ON_SLAB, 120, 163, 0, VIEW_FREELIST_ON_SLAB },
  { 32, 32, 124, 0, 4, 0, VIEW_FREELIST_ON_SLAB, 120, 124, 0, VIEW_FREELIST_ON_SLAB },
  { 40, 40, 99, 0, 37, 0, VIEW_FREELIST_ON_SLAB, 120, 99, 0, VIEW_FREELIST_ON_SLAB },
  { 56, 56, 71, 0, 49, 0, VIEW_FREELIST_ON_SLAB, 120, 71, 0, VIEW_FREELIST_ON_SLAB },
  { 64, 64, 64, 0, 0, 0, VIEW_FREELIST_IN_OBJECT, 120, 63, 0, VIEW_FREELIST_ON_SLAB },
  { 72, 72, 56, 0, 64, 1, VIEW_FREELIST_IN_OBJECT, 120, 56, 0, VIEW_FREELIST_ON_SLAB },
  { 96, 96, 42, 0, 64, 1, VIEW_FREELIST_IN_OBJECT, 120, 42, 0, VIEW_FREELIST_ON_SLAB },
  { 100, 104, 39, 0, 40, 0, VIEW_FREELIST_IN_OBJECT, 120, 39, 0, VIEW_FREELIST_ON_SLAB },
  { 120, 120, 34, 0, 16, 0, VIEW_FREELIST_IN_OBJECT, 120, 33, 0, VIEW_FREELIST_ON_SLAB },
  { 128, 128, 32, 0, 0, 0, VIEW_FREELIST_IN_OBJECT, 120, 32, 0, VIEW_FREELIST_OFF_SLAB },
  { 144, 144, 28, 0, 64, 1, VIEW_FREELIST_IN_OBJECT, 120, 28, 0, VIEW_FREELIST_ON_SLAB },
  { 192, 192, 21, 0, 64, 1, VIEW_FREELIST_IN_OBJECT, 120, 21, 0, VIEW_FREELIST_ON_SLAB },
  { 200, 200, 20, 0, 96, 1, VIEW_FREELIST_IN_OBJECT, 120, 20, 0, VIEW_FREELIST_ON_SLAB },
  { 256, 256, 16, 0, 0, 0, VIEW_FREELIST_IN_OBJECT, 120, 16, 0, VIEW_FREELIST_OFF_SLAB },
  { 320, 320, 12, 0, 256, 4, VIEW_FREELIST_IN_OBJECT, 54, 12, 0, VIEW_FREELIST_ON_SLAB },
  { 384, 384, 10, 0, 256, 4, VIEW_FREELIST_IN_OBJECT, 54, 10, 0, VIEW_FREELIST_ON_SLAB },
  { 400, 400, 10, 0, 96, 1, VIEW_FREELIST_IN_OBJECT, 54, 10, 0, VIEW_FREELIST_ON_SLAB },
  { 512, 512, 8, 0, 0, 0, VIEW_FREELIST_IN_OBJECT, 54, 8, 0, VIEW_FREELIST_OFF_SLAB },
  { 576, 576, 7, 0, 64, 1, VIEW_FREELIST_IN_OBJECT, 54, 7, 0, VIEW_FREELIST_ON_SLAB },
  { 640, 640, 6, 0, 256, 4, VIEW_FREELIST_IN_OBJECT, 54, 6, 0, VIEW_FREELIST_ON_SLAB },
  { 700, 704, 11, 1, 448, 7, VIEW_FREELIST_IN_OBJECT, 54, 11, 1, VIEW_FREELIST_ON_SLAB },
  { 832, 832, 9, 1, 704, 11, VIEW_FREELIST_IN_OBJECT, 54, 9, 1, VIEW_FREELIST_ON_SLAB },
  { 1024, 1024, 4, 0, 0, 0, VIEW_FREELIST_IN_OBJECT, 54, 4, 0, VIEW_FREELIST_OFF_SLAB },
  { 1100, 1104, 7, 1, 464, 7, VIEW_FREELIST_IN_OBJECT, 24, 7, 1, VIEW_FREELIST_ON_SLAB },
  { 1344, 1344, 3, 0, 64, 1, VIEW_FREELIST_IN_OBJECT, 24, 3, 0, VIEW_FREELIST_ON_SLAB },
  { 1536, 1536, 5, 1, 512, 8, VIEW_FREELIST_IN_OBJECT, 24, 5, 1, VIEW_FREELIST_ON_SLAB },
  { 2048, 2048, 2, 0, 0, 0, VIEW_FREELIST_IN_OBJECT, 24, 2, 0, VIEW_FREELIST_OFF_SLAB },
  { 2200, 2200, 3, 1, 1592, 24, VIEW_FREELIST_IN_OBJECT, 24, 3, 1, VIEW_FREELIST_ON_SLAB },
  { 2688, 2688, 3, 1, 128, 2, VIEW_FREELIST_IN_OBJECT, 24, 3, 1, VIEW_FREELIST_ON_SLAB },
  { 3000, 3000, 2, 1, 2192, 34, VIEW_FREELIST_IN_OBJECT, 24, 2, 1, VIEW_FREELIST_ON_SLAB },
  { 4096, 4096, 1, 0, 0, 0, VIEW_FREELIST_IN_OBJECT, 24, 1, 0, VIEW_FREELIST_OFF_SLAB },
  { 5000, 5000, 1, 1, 3192, 49, VIEW_FREELIST_IN_OBJECT, 8, 1, 1, VIEW_FREELIST_ON_SLAB },
  { 8192, 8192, 1, 1, 0, 0, VIEW_FREELIST_IN_OBJECT, 8, 1, 1, VIEW_FREELIST_OFF_SLAB },
  { 9000, 9000, 1, 2, 7384, 115, VIEW_FREELIST_IN_OBJECT, 8, 1, 2, VIEW_FREELIST_ON_SLAB },
  { 16384, 16384, 1, 2, 0, 0, VIEW_FREELIST_IN_OBJECT, 8, 1, 2, VIEW_FREELIST_OFF_SLAB },
  { 40000, 40000, 1, 4, 25536, 399, VIEW_FREELIST_IN_OBJECT, 8, 1, 4, VIEW_FREELIST_ON_SLAB },
  { 131072, 131072, 1, 5, 0, 0, VIEW_FREELIST_IN_OBJECT, 8, 1, 5, VIEW_FREELIST_OFF_SLAB },
  { 200000, 200000, 1, 6, 62144, 971, VIEW_FREELIST_IN_OBJECT, 1, 1, 6, VIEW_FREELIST_ON_SLAB },
  };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      struct kmem_cache *plain = cache_new ("plain", facts[i].asked, 0, SLAB_CTOR_none);
      struct kmem_cache *built = cache_new ("built", facts[i].asked, 0, SLAB_CTOR_zero);
      struct view_kmem_cache view = view_of (plain);
      guint used = view.num * (view.size + (view.freelist_place == VIEW_FREELIST_ON_SLAB));

      g_test_message ("%u bytes", facts[i].asked);
      g_assert_cmpuint (view.size, ==, facts[i].size);
      g_assert_cmpuint (view.num, ==, facts[i].num);
      g_assert_cmpuint (view.order, ==, facts[i].order);
      g_assert_cmpuint ((PAGE_SIZE << view.order) - used, ==, facts[i].left);
      g_assert_cmpuint (view.colour, ==, facts[i].colour);
      g_assert_cmpuint (view.freelist_place, ==, facts[i].place);
      g_assert_cmpuint (view.limit, ==, facts[i].limit);
      g_assert_cmpuint (view.batchcount, ==, (facts[i].limit + 1) / 2);
      view = view_of (built);
      g_assert_cmpuint (view.num, ==, facts[i].ctor_num);
      g_assert_cmpuint (view.order, ==, facts[i].ctor_order);
      g_assert_cmpuint (view.freelist_place, ==, facts[i].ctor_place);
    }
  test_assert_valid ();
}

/* The first objects of a slab are the first to be put into the array, so the last of a batch is the first handed out. */
static void
test_order_in_slab (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("thing", 256, 0, SLAB_CTOR_none);
  struct view_slab_object object;

  /* Sixteen objects to a slab, and the first refill takes sixteen, as the array was not touched. */
  for (guint i = 0; i < 40; i++)
    {
      void *p = kmem_cache_alloc (cache, GFP_KERNEL);

      g_assert_true (view_slab_object (this_machine, virt_to_phys (p), &object));
      g_assert_cmpuint (object.index, ==, 15 - i % 16);
      g_assert_cmpuint (object.state, ==, VIEW_OBJECT_USED);
    }
  test_assert_valid ();
}

/* Slabs begin 64 bytes later each time, and at 0 again after the last colour. */
static void
test_colour (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("colour", 832, 0, SLAB_CTOR_none); /* 11 colours, 9 objects */
  guint last = 0;

  for (guint i = 0; i < 9 * 30; i++)
    {
      void *p = kmem_cache_alloc (cache, GFP_KERNEL);
      struct view_slab slab;

      g_assert_true (view_slab (this_machine, virt_to_phys (p) >> PAGE_SHIFT, &slab));
      g_assert_cmpuint (slab.colour_offset % 64, ==, 0);
      g_assert_cmpuint (slab.colour_offset, <, 11 * 64);
      if (slab.colour_offset != last)
        g_assert_cmpuint (slab.colour_offset, ==, (last + 64) % (11 * 64));
      last = slab.colour_offset;
    }
}

/* ---- Batches ---- */

static struct view_array
array_of (struct kmem_cache *cache,
          guint              kind,
          guint              where)
{
  struct view_array array;
  u64 entries[512];

  view_array_cache (this_machine, cache->id, kind, where, &array, entries, G_N_ELEMENTS (entries));
  return array;
}

static void
test_batches (void)
{
  g_autoptr (TestMachine) machine = machine_new (2, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("batch", 256, 0, SLAB_CTOR_none); /* limit 120, batch 60, 16 to a slab */
  void *objects[400];

  g_assert_cmpuint (view_of (cache).shared, ==, 8);
  objects[0] = kmem_cache_alloc (cache, GFP_KERNEL);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_CPU, 0).avail, ==, 15);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_CPU, 0).touched, ==, 1);
  for (guint i = 1; i < 300; i++)
    objects[i] = kmem_cache_alloc (cache, GFP_KERNEL);
  /* The CPU's array takes 120; the 121st object pushes the 60 oldest into the shared array. */
  while (array_of (cache, VIEW_ARRAY_CPU, 0).avail)
    objects[399] = kmem_cache_alloc (cache, GFP_KERNEL);
  for (guint i = 0; i < 120; i++)
    kmem_cache_free (cache, objects[i]);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_CPU, 0).avail, ==, 120);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_SHARED, 0).avail, ==, 0);
  kmem_cache_free (cache, objects[120]);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_CPU, 0).avail, ==, 61);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_SHARED, 0).avail, ==, 60);
  /* Another CPU finds them there: sixteen, as its array was not touched before. */
  machine->machine->cpu = 1;
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == objects[59]);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_CPU, 1).avail, ==, 15);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_SHARED, 0).avail, ==, 44);
  test_assert_valid ();

  /* The reaper leaves what was touched, then takes a fifth of the limit. */
  cache_reap ();
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_CPU, 1).avail, ==, 15);
  cache_reap ();
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_CPU, 1).avail, ==, 7); /* a fifth is 24: more than there is, so half */
  test_assert_valid ();
}

/* Objects freed on another node wait there, twelve at most. */
static void
test_alien (void)
{
  struct machine_config config;
  g_autoptr (TestMachine) machine = NULL;
  struct kmem_cache *cache;
  void *objects[13];

  test_config_simple (&config, MIB (32));
  config.nr_cpus = config.nr_nodes = config.nr_regions = 2;
  config.regions[1] = (struct memory_region) { MIB (32), MIB (32), 1 };
  config.cpu_to_node[1] = 1;
  machine = test_machine_new (&config);
  cache = cache_new ("alien", 256, 0, SLAB_CTOR_none);
  for (guint i = 0; i < 13; i++)
    objects[i] = kmem_cache_alloc (cache, GFP_KERNEL);
  machine->machine->cpu = 1;
  for (guint i = 0; i < 12; i++)
    kmem_cache_free (cache, objects[i]);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_ALIEN, 1 * MAX_NUMNODES + 0).avail, ==, 12);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_SHARED, 0).avail, ==, 0);
  kmem_cache_free (cache, objects[12]);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_ALIEN, 1 * MAX_NUMNODES + 0).avail, ==, 1);
  g_assert_cmpuint (array_of (cache, VIEW_ARRAY_SHARED, 0).avail, ==, 12);
  test_assert_valid ();
}

/* ---- Debugging ---- */

#define DEBUG_FLAGS (SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)

static const char *
only_error (void)
{
  g_assert_cmpuint (test_events_count (TRACE_slab_error), ==, 1);
  return view_bug_name (test_events_find (TRACE_slab_error, 0)->c);
}

static void
test_overrun (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("debug", 100, DEBUG_FLAGS, SLAB_CTOR_none);
  guint8 *object = kmem_cache_alloc (cache, GFP_KERNEL);

  for (guint i = 0; i < 99; i++)
    g_assert_cmpuint (object[i], ==, POISON_INUSE);
  memset (object, 1, 100);
  test_events_clear ();
  kmem_cache_free (cache, object);
  g_assert_cmpuint (test_events_count (TRACE_slab_error), ==, 0);
  object = kmem_cache_alloc (cache, GFP_KERNEL);
  memset (object, 1, 105); /* 100 are rounded up to 104 */
  kmem_cache_free (cache, object);
  g_assert_cmpstr (only_error (), ==, "memory outside object was overwritten");
}

static void
test_double_free (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("debug", 100, DEBUG_FLAGS, SLAB_CTOR_none);
  void *object = kmem_cache_alloc (cache, GFP_KERNEL);

  kmem_cache_free (cache, object);
  test_events_clear ();
  kmem_cache_free (cache, object);
  g_assert_cmpstr (only_error (), ==, "double free detected");
  /* It is in the array twice. What was reported is not held against the cache; its slab sees it when both come back. */
  test_assert_valid ();
  g_assert_true (TEST_STOPS (kmem_cache_shrink (cache)));
  g_assert_cmpstr (view_bug_name (this_machine->stop_reason), ==, "slab: double free detected");
}

/* Nobody reports it in a cache without debugging; the checker sees that the object is in the array twice. */
static void
test_silent_double_free (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("silent", 100, 0, SLAB_CTOR_none);
  void *object = kmem_cache_alloc (cache, GFP_KERNEL);

  kmem_cache_free (cache, object);
  test_events_clear ();
  kmem_cache_free (cache, object);
  g_assert_cmpuint (test_events_count (TRACE_slab_error), ==, 0);
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == object);
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == object);
}

static void
test_use_after_free (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("debug", 100, DEBUG_FLAGS, SLAB_CTOR_none);
  guint8 *object = kmem_cache_alloc (cache, GFP_KERNEL);
  struct view_slab_object view;

  kmem_cache_free (cache, object);
  g_assert_true (view_slab_object (this_machine, virt_to_phys (object), &view));
  g_assert_cmpuint (view.state, ==, VIEW_OBJECT_IN_CPU);
  g_assert_true (view.poisoned && !view.damaged);
  object[50] = 0;
  g_assert_true (view_slab_object (this_machine, virt_to_phys (object), &view));
  g_assert_true (view.damaged);
  test_events_clear ();
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == object);
  g_assert_cmpstr (only_error (), ==, "Slab corruption: a free object was written to");
}

static void
test_wrong_cache (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *one = cache_new ("one", 100, 0, SLAB_CTOR_none);
  struct kmem_cache *two = cache_new ("two", 100, 0, SLAB_CTOR_none);
  void *object = kmem_cache_alloc (one, GFP_KERNEL);
  u64 last_user;

  /* As if an operation of the script had it; the mark must not become part of the operation's number. */
  *object_note (object) |= NOTE_SCRIPT;
  last_user = (*object_note (object) & ~NOTE_SCRIPT) - 2;
  test_events_clear ();
  kmem_cache_free (two, object);
  g_assert_cmpstr (only_error (), ==, "object is from another cache");
  g_assert_cmpuint (test_events_find (TRACE_slab_error, 0)->d, ==, last_user);
  g_assert_true (kmem_cache_alloc (one, GFP_KERNEL) == object);
  test_assert_valid ();
}

static void
test_fail_nth (void)
{
  g_autoptr (TestMachine) machine = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("fail", 100, 0, SLAB_CTOR_none);
  void *objects[8];

  machine->machine->slab.fail_countdown = 2;
  g_assert_nonnull (kmem_cache_alloc (cache, GFP_KERNEL));
  g_assert_null (kmem_cache_alloc (cache, GFP_KERNEL));
  g_assert_nonnull (kmem_cache_alloc (cache, GFP_KERNEL));
  /* In bulk: all or none. */
  machine->machine->slab.fail_countdown = 5;
  g_assert_cmpint (kmem_cache_alloc_bulk (cache, GFP_KERNEL, 8, objects), ==, 0);
  g_assert_cmpuint (view_of (cache).used, ==, 2);
  g_assert_cmpint (kmem_cache_alloc_bulk (cache, GFP_KERNEL, 8, objects), ==, 8);
  test_assert_valid ();
}

static void
test_ctor (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("built", 64, 0, SLAB_CTOR_list_head);

  for (guint i = 0; i < 200; i++)
    g_assert_true (list_empty (kmem_cache_alloc (cache, GFP_KERNEL)));
  g_assert_null (kmem_cache_create ("bad", 64, 0, 0, NR_SLAB_CTORS));
  g_assert_null (kmem_cache_create ("has blank", 64, 0, 0, SLAB_CTOR_none));
  g_assert_null (kmem_cache_create ("", 64, 0, 0, SLAB_CTOR_none));
  g_assert_null (kmem_cache_create ("large", KMALLOC_MAX_SIZE + 1, 0, 0, SLAB_CTOR_none));
  g_assert_null (kmem_cache_create ("align", 64, 24, 0, SLAB_CTOR_none));
}

/* ---- Pools ---- */

static void
test_mempool (void)
{
  g_autoptr (TestMachine) machine = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("element", 128, 0, SLAB_CTOR_none);
  mempool_t *pool = mempool_create_slab_pool (4, cache);
  void *element;

  g_assert_cmpint (pool->curr_nr, ==, 4);
  element = mempool_alloc (pool, GFP_NOIO);
  g_assert_cmpint (pool->curr_nr, ==, 4);
  mempool_free (element, pool);
  g_assert_cmpint (pool->curr_nr, ==, 4);
  machine->machine->slab.fail_countdown = 1;
  element = mempool_alloc (pool, GFP_NOIO);
  g_assert_nonnull (element);
  g_assert_cmpint (pool->curr_nr, ==, 3);
  mempool_free (element, pool);
  g_assert_cmpint (pool->curr_nr, ==, 4);
  g_assert_cmpint (mempool_resize (pool, 9), ==, 0);
  g_assert_cmpint (pool->curr_nr, ==, 9);
  g_assert_cmpint (mempool_resize (pool, 2), ==, 0);
  g_assert_cmpint (pool->curr_nr, ==, 2);
  test_assert_valid ();
  mempool_destroy (pool);
  g_assert_cmpint (kmem_cache_shrink (cache), ==, 0);
  g_assert_null (mempool_create_kmalloc_pool (0, 64));
  test_assert_valid ();
}

static void
test_memory_pool (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLAB);
  struct memory_pool *pool = memory_pool_create (MIB (1), 256);
  g_autofree void **objects = g_new (void *, 4096);

  g_assert_cmpuint (pool->nr_objects, ==, 4096);
  for (guint i = 0; i < 4096; i++)
    {
      objects[i] = memory_pool_alloc (pool);
      g_assert_true (objects[i] == pool->memory + i * 256);
    }
  g_assert_null (memory_pool_alloc (pool));
  g_assert_cmpuint (pool->nr_failed, ==, 1);
  for (guint i = 0; i < 4093; i++)
    g_assert_cmpint (memory_pool_free (pool, objects[i]), ==, 0);
  g_assert_cmpint (memory_pool_free (pool, objects[0]), ==, -EINVAL);
  g_assert_cmpint (memory_pool_free (pool, (guint8 *) objects[4095] + 1), ==, -EINVAL);
  g_assert_cmpint (memory_pool_free (pool, (guint8 *) objects[4095] + 256), ==, -EINVAL);
  g_assert_cmpuint (pool->peak, ==, 4096);
  test_events_clear ();
  g_assert_cmpuint (memory_pool_destroy (pool), ==, 3);
  g_assert_cmpuint (test_events_count (TRACE_memory_pool_leak), ==, 3);
  test_assert_valid ();
}

/* ---- vmalloc() ---- */

static void
test_vmalloc (void)
{
  g_autoptr (TestMachine) machine = machine_new (1, SLAB_KIND_SLAB);
  gulong one = __vmalloc (5 * PAGE_SIZE + 1, GFP_KERNEL), two = __vmalloc (PAGE_SIZE, GFP_KERNEL), three;

  g_assert_cmphex (one, ==, 0xffffc90000000000);
  g_assert_cmphex (two, ==, one + 7 * PAGE_SIZE); /* six pages and the guard */
  for (guint i = 0; i < 6; i++)
    g_assert_nonnull (vmalloc_to_page (one + i * PAGE_SIZE));
  g_assert_null (vmalloc_to_page (one + 6 * PAGE_SIZE));
  g_assert_cmpuint (machine->machine->vmalloc.nr_vmalloc_pages, ==, 7);
  test_assert_valid ();
  vfree (one);
  g_assert_null (vmalloc_to_page (one));
  g_assert_cmpuint (machine->machine->vmalloc.nr_vmalloc_pages, ==, 1);
  /* The addresses wait for the purge. */
  three = __vmalloc (PAGE_SIZE, GFP_KERNEL);
  g_assert_cmphex (three, >, two);
  vm_unmap_aliases ();
  g_assert_cmphex (__vmalloc (PAGE_SIZE, GFP_KERNEL), ==, one);
  g_assert_cmphex (__vmalloc (GIB (1), GFP_KERNEL), ==, 0);
  test_assert_valid ();
}

/* ---- /proc/slabinfo ---- */

static void
test_slabinfo (gconstpointer data)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, GPOINTER_TO_UINT (data));
  struct kmem_cache *cache = cache_new ("a_thing", 256, 0, SLAB_CTOR_none);
  g_autofree char *text = g_malloc (65536);
  g_auto (GStrv) lines = NULL;
  gboolean found = FALSE;

  for (guint i = 0; i < 20; i++)
    kmem_cache_alloc (cache, GFP_KERNEL);
  g_assert_cmpint (view_proc (this_machine, "slabinfo", text, 65536), <, 65536);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpstr (lines[0], ==, "slabinfo - version: 2.1");
  g_assert_cmpstr (lines[1], ==, "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables "
                   "<limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>");
  for (guint i = 2; lines[i] && *lines[i]; i++)
    {
      char name[32];
      gulong active, num, active_slabs, slabs, shared_avail;
      guint size, per_slab, pages, limit, batch, factor;

      /* As slabtop reads it. */
      g_assert_cmpint (sscanf (lines[i], "%31s %lu %lu %u %u %u : tunables %u %u %u : slabdata %lu %lu %lu", name, &active,
                               &num, &size, &per_slab, &pages, &limit, &batch, &factor, &active_slabs, &slabs,
                               &shared_avail), ==, 12);
      g_assert_cmpuint (active, <=, num);
      g_assert_cmpuint (active_slabs, <=, slabs);
      if (!g_str_equal (name, "a_thing"))
        continue;
      found = TRUE;
      g_assert_cmpuint (num, ==, 32);
      g_assert_cmpuint (slabs, ==, 2);
      g_assert_cmpuint (per_slab, ==, 16);
      if (GPOINTER_TO_UINT (data) == SLAB_KIND_SLAB)
        g_assert_cmpstr (lines[i], ==, "a_thing               32     32    256   16    1 : tunables  120   60    0 : slabdata      2      2      0");
    }
  g_assert_true (found);
}

/* ---- Leaks ---- */

static void
test_leaks (gconstpointer data)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, GPOINTER_TO_UINT (data));
  struct view_slab_object leaks[8];
  struct mm_op create = { .kind = OP_kmem_cache_create, .nid = -1, .slot = 0, .nr = 64, .arg = { 0, 0x6b61656c } };
  struct mm_op alloc = { .kind = OP_kmem_cache_alloc, .nid = -1, .slot = 1, .nr = 3, .gfp = GFP_KERNEL, .arg = { 1 } };
  struct mm_op release = { .kind = OP_kmem_cache_free, .nid = -1, .slot = 2, .nr = 1 };
  struct mm_op destroy = { .kind = OP_kmem_cache_destroy, .nid = -1, .slot = 0 };
  struct mm_op check = { .kind = OP_leak_check, .nid = -1 };

  g_assert_cmpint (test_run (create), >, 0);
  g_assert_cmpint (test_run (alloc), ==, 3);
  g_assert_cmpint (test_run (release), ==, 0);
  g_assert_cmpuint (view_leaks (this_machine, FALSE, leaks, 8), ==, 2);
  g_assert_cmpuint (view_leaks (this_machine, TRUE, leaks, 8), ==, 2);
  g_assert_cmpint (leaks[0].op, ==, leaks[1].op);
  g_assert_cmpint (test_run (check), ==, 2);
  if (GPOINTER_TO_UINT (data) != SLAB_KIND_SLOB)
    g_assert_cmpint (test_run (destroy), ==, -EBUSY);
  test_assert_valid ();
}

/* ---- The checker sees what does not add up ---- */

static void
assert_complains (void)
{
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
}

static void
test_checker (void)
{
  g_autoptr (TestMachine) machine = machine_new (1, SLAB_KIND_SLAB);
  struct kmem_cache *cache = cache_new ("checked", 256, 0, SLAB_CTOR_none);
  void *object = kmem_cache_alloc (cache, GFP_KERNEL);
  struct slab *slab = virt_to_slab (object);
  struct kmem_cache_node *n = cache->node[0];
  gulong area = __vmalloc (PAGE_SIZE, GFP_KERNEL);
  guint32 note = *object_note (object);

  test_assert_valid ();
  n->free_objects++;
  assert_complains ();
  n->free_objects--;
  slab->active--;
  assert_complains ();
  slab->active++;
  *object_note (object) = 0;
  assert_complains ();
  *object_note (object) = note;
  cpu_cache_get (cache)->avail--;
  assert_complains ();
  cpu_cache_get (cache)->avail++;
  list_move (&slab->slab_list, &n->slabs_free);
  assert_complains ();
  list_move (&slab->slab_list, &n->slabs_full);
  test_assert_valid ();
  machine->machine->vmalloc.nr_vmalloc_pages++;
  assert_complains ();
  machine->machine->vmalloc.nr_vmalloc_pages--;
  machine->machine->vmalloc.vmap_area_list.next = &machine->machine->vmalloc.vmap_area_list;
  assert_complains ();
  g_assert_cmphex (area, !=, 0);
}

static void
test_checker_others (void)
{
  g_autoptr (TestMachine) slub G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLUB);
  struct kmem_cache *cache = cache_new ("checked", 256, 0, SLAB_CTOR_none);
  g_autoptr (TestMachine) slob = NULL;
  struct slab *slab;
  void *object;

  kmem_cache_alloc (cache, GFP_KERNEL);
  test_assert_valid ();
  cache->node[0]->nr_slabs++;
  assert_complains ();
  cache->node[0]->nr_slabs--;
  cache->node[0]->nr_partial++;
  assert_complains ();

  slob = machine_new (1, SLAB_KIND_SLOB);
  object = kmalloc (100, GFP_KERNEL);
  test_assert_valid ();
  slab = virt_to_slab (object);
  slab->units -= 2;
  assert_complains ();
}

/* ---- SLOB's pages ---- */

#define MAX_PAGES 512

/* The free blocks of a page: apart, in order, as large together as the page says, and without an object in them. */
static void
check_slob_page (const struct view_slab *page)
{
  struct view_slob_block blocks[2048];
  struct view_slab_object objects[2048];
  guint n = view_slob_blocks (this_machine, page->pfn, blocks, G_N_ELEMENTS (blocks)), end = 0, total = 0;
  guint n_objects = view_slab_objects (this_machine, page->pfn, objects, G_N_ELEMENTS (objects));

  g_assert_cmpuint (n, <=, G_N_ELEMENTS (blocks));
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (i == 0 || blocks[i].offset > end);
      end = blocks[i].offset + blocks[i].bytes;
      total += blocks[i].bytes;
      for (guint j = 0; j < n_objects; j++)
        {
          guint at = objects[j].addr - (page->pfn << PAGE_SHIFT);

          g_assert_true (at < blocks[i].offset || at >= end);
        }
    }
  g_assert_cmpuint (end, <=, PAGE_SIZE);
  g_assert_cmpuint (total, ==, page->leftover);
}

static void
check_slob_pages (void)
{
  g_autofree struct view_slab *pages = g_new (struct view_slab, MAX_PAGES);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint64 all = view_slabs (this_machine, 0, 0, VIEW_SLABS_PARTIAL, pages, MAX_PAGES);

  for (guint list = 0; list < VIEW_NR_SLOB_LISTS; list++)
    {
      guint64 n = view_slob_pages (this_machine, list, pages, MAX_PAGES);

      g_assert_cmpuint (n, <=, MAX_PAGES);
      for (guint64 i = 0; i < n; i++)
        {
          g_assert_true (g_hash_table_add (seen, GSIZE_TO_POINTER (pages[i].pfn)));
          g_assert_cmpint (pages[i].leftover == 0, ==, list == VIEW_NR_SLOB_LISTS - 1);
          check_slob_page (&pages[i]);
        }
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, all);
}

static void
test_slob_pages (void)
{
  g_autoptr (TestMachine) slob G_GNUC_UNUSED = machine_new (1, SLAB_KIND_SLOB);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  struct view_slab pages[1];
  void *objects[200] = { NULL };
  guint on_lists = 0;

  for (guint i = 0; i < 2000; i++)
    {
      guint at = g_rand_int_range (random, 0, G_N_ELEMENTS (objects));

      kfree (objects[at]);
      objects[at] = i < 1500 ? kmalloc (g_rand_int_range (random, 1, 4000), GFP_KERNEL) : NULL;
      if (i % 50 == 0)
        check_slob_pages ();
    }
  for (guint list = 0; list < VIEW_NR_SLOB_LISTS - 1; list++)
    on_lists += view_slob_pages (this_machine, list, pages, 1) > 0;
  g_assert_cmpuint (on_lists, ==, VIEW_NR_SLOB_LISTS - 1);
}

/* ---- Whatever mistakes a script makes, the machine may stop, but the program goes on ---- */

static void
make_mistakes (GRand *random)
{
  for (guint i = 0; i < 400; i++)
    {
      struct mm_op op = { .nid = -1, .gfp = GFP_KERNEL, .slot = g_rand_int_range (random, 2, 60), .nr = 1 };

      switch (g_rand_int_range (random, 0, 7))
        {
        case 0:
          op.kind = OP_kmem_cache_alloc;
          op.arg[0] = g_rand_int_range (random, 1, 3);
          break;
        case 1:
          op.kind = OP_kmalloc;
          op.arg[0] = g_rand_int_range (random, 1, 10000);
          break;
        case 2:
        case 3:
          op.kind = g_rand_boolean (random) ? OP_kmem_cache_free : OP_kfree;
          op.arg[4] = MM_OP_UNCHECKED;
          op.arg[5] = op.kind == OP_kmem_cache_free ? g_rand_int_range (random, 0, 3) : 0;
          break;
        case 4:
        case 5:
          op.kind = OP_object_poke;
          op.arg[0] = (u64) (gint64) g_rand_int_range (random, -300, 300);
          op.arg[1] = g_rand_int_range (random, 1, 64);
          op.arg[2] = g_rand_int_range (random, 0, 256);
          op.arg[4] = MM_OP_UNCHECKED;
          break;
        default:
          op.kind = OP_kmem_cache_shrink;
          op.slot = g_rand_int_range (random, 0, 2);
          break;
        }
      if (TEST_STOPS (test_run (op)))
        return;
    }
}

static void
test_mistakes (gconstpointer data)
{
  guint stopped = 0;

  for (guint seed = 0; seed < 60; seed++)
    {
      g_autoptr (TestMachine) machine = machine_new (1, GPOINTER_TO_UINT (data));
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      struct mm_op create = { .kind = OP_kmem_cache_create, .nid = -1, .nr = 100, .arg = { 0, 'a' } };

      test_run (create);
      create.slot = 1;
      create.nr = 700;
      create.nodemask = seed % 2 ? SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER : 0;
      test_run (create);
      make_mistakes (random);
      stopped += machine->machine->stopped;
      mm_validate (this_machine, NULL, NULL); /* may find much, must come to an end */
    }
  g_assert_cmpuint (stopped, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slab-detail/facts", test_facts);
  g_test_add_func ("/slab-detail/order-in-slab", test_order_in_slab);
  g_test_add_func ("/slab-detail/colour", test_colour);
  g_test_add_func ("/slab-detail/batches", test_batches);
  g_test_add_func ("/slab-detail/alien", test_alien);
  g_test_add_func ("/slab-detail/overrun", test_overrun);
  g_test_add_func ("/slab-detail/double-free", test_double_free);
  g_test_add_func ("/slab-detail/silent-double-free", test_silent_double_free);
  g_test_add_func ("/slab-detail/use-after-free", test_use_after_free);
  g_test_add_func ("/slab-detail/wrong-cache", test_wrong_cache);
  g_test_add_func ("/slab-detail/fail-nth", test_fail_nth);
  g_test_add_func ("/slab-detail/ctor", test_ctor);
  g_test_add_func ("/slab-detail/mempool", test_mempool);
  g_test_add_func ("/slab-detail/memory-pool", test_memory_pool);
  g_test_add_func ("/slab-detail/vmalloc", test_vmalloc);
  g_test_add_data_func ("/slab-detail/slabinfo/slab", GUINT_TO_POINTER (SLAB_KIND_SLAB), test_slabinfo);
  g_test_add_data_func ("/slab-detail/slabinfo/slub", GUINT_TO_POINTER (SLAB_KIND_SLUB), test_slabinfo);
  g_test_add_data_func ("/slab-detail/leaks/slab", GUINT_TO_POINTER (SLAB_KIND_SLAB), test_leaks);
  g_test_add_data_func ("/slab-detail/leaks/slub", GUINT_TO_POINTER (SLAB_KIND_SLUB), test_leaks);
  g_test_add_data_func ("/slab-detail/leaks/slob", GUINT_TO_POINTER (SLAB_KIND_SLOB), test_leaks);
  g_test_add_func ("/slab-detail/slob-pages", test_slob_pages);
  g_test_add_func ("/slab-detail/checker", test_checker);
  g_test_add_func ("/slab-detail/checker-others", test_checker_others);
  g_test_add_data_func ("/slab-detail/mistakes/slab", GUINT_TO_POINTER (SLAB_KIND_SLAB), test_mistakes);
  g_test_add_data_func ("/slab-detail/mistakes/slub", GUINT_TO_POINTER (SLAB_KIND_SLUB), test_mistakes);
  g_test_add_data_func ("/slab-detail/mistakes/slob", GUINT_TO_POINTER (SLAB_KIND_SLOB), test_mistakes);
  return g_test_run ();
}
