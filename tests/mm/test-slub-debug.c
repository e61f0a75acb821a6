/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SLUB with its debugging: where marks lie, what they catch, what happens to
 * objects and slabs that are not sound, and that SLOB does without.
 */
#include <string.h>

#include "machine-test.h"
#include "mm/slab.h"
#include "mm/slab_internal.h"
#include "mm/slub.h"

#define ALL_FLAGS (SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)

static TestMachine *
machine_new (guint kind,
             guint debug)
{
  struct machine_config config;

  test_config_simple (&config, MIB (32));
  config.slab = kind;
  config.slab_debug = debug;
  return test_machine_new (&config);
}

static struct kmem_cache *
cache_new (guint size,
           guint flags,
           guint ctor)
{
  struct kmem_cache *cache = kmem_cache_create ("debug", size, 0, flags, ctor);

  g_assert_nonnull (cache);
  return cache;
}

static struct view_slab_object
look (const void *object)
{
  struct view_slab_object view;

  g_assert_true (view_slab_object (this_machine, virt_to_phys (object), &view));
  g_assert_cmpuint (view.addr, ==, virt_to_phys (object));
  return view;
}

static const char *
only_error (void)
{
  g_assert_cmpuint (test_events_count (TRACE_slab_error), ==, 1);
  return view_bug_name (test_events_find (TRACE_slab_error, 0)->c);
}

/* By the rules of mm/slub.c: object, padding or red zone, link, two tracks of 32 bytes, a word, the left red zone. */
static void
test_layout (void)
{
  static const struct { guint size, flags, ctor, inuse, offset, left, total; } facts[] = {
    { 100, 0, SLAB_CTOR_none, 104, 48, 0, 104 },
    { 100, SLAB_RED_ZONE, SLAB_CTOR_none, 104, 48, 8, 120 },
    { 104, SLAB_RED_ZONE, SLAB_CTOR_none, 112, 48, 8, 128 },
    { 104, SLAB_POISON, SLAB_CTOR_none, 104, 104, 0, 112 },
    { 104, SLAB_STORE_USER, SLAB_CTOR_none, 104, 48, 0, 168 },
    { 100, ALL_FLAGS, SLAB_CTOR_none, 104, 104, 8, 192 },
    { 64, ALL_FLAGS, SLAB_CTOR_none, 72, 72, 8, 160 },
    { 64, SLAB_RED_ZONE, SLAB_CTOR_counted, 72, 72, 8, 96 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, 0);
      struct kmem_cache *cache = cache_new (facts[i].size, facts[i].flags, facts[i].ctor);

      g_assert_cmpuint (cache->inuse, ==, facts[i].inuse);
      g_assert_cmpuint (cache->offset, ==, facts[i].offset);
      g_assert_cmpuint (cache->red_left_pad, ==, facts[i].left);
      g_assert_cmpuint (cache->size, ==, facts[i].total);
    }
}

static void
test_marks (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, 0);
  struct kmem_cache *cache = cache_new (64, ALL_FLAGS, SLAB_CTOR_none);
  guint8 *object = kmem_cache_alloc (cache, GFP_KERNEL);

  for (guint i = 0; i < 8; i++)
    g_assert_true (object[-8 + (int) i] == SLUB_RED_ACTIVE && object[64 + i] == SLUB_RED_ACTIVE);
  g_assert_cmpuint (look (object).state, ==, VIEW_OBJECT_USED);
  g_assert_false (look (object).damaged);
  memset (object, 1, 64);
  test_events_clear ();
  kmem_cache_free (cache, object);
  g_assert_cmpuint (test_events_count (TRACE_slab_error), ==, 0);
  for (guint i = 0; i < 8; i++)
    g_assert_true (object[-8 + (int) i] == SLUB_RED_INACTIVE && object[64 + i] == SLUB_RED_INACTIVE);
  for (guint i = 0; i < 63; i++)
    g_assert_cmpuint (object[i], ==, POISON_FREE);
  g_assert_cmpuint (object[63], ==, POISON_END);
  g_assert_true (look (object).poisoned && !look (object).damaged);
  test_assert_valid ();
}

static void
test_overrun (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, 0);
  struct kmem_cache *cache = cache_new (100, ALL_FLAGS, SLAB_CTOR_none);
  guint8 *behind = kmem_cache_alloc (cache, GFP_KERNEL), *before = kmem_cache_alloc (cache, GFP_KERNEL);
  struct view_kmem_cache view;

  behind[100] = 1;
  g_assert_true (look (behind).damaged);
  test_events_clear ();
  kmem_cache_free (cache, behind);
  g_assert_cmpstr (only_error (), ==, "Right Redzone overwritten");
  /* It is not freed, and its red zone is mended. */
  g_assert_cmpuint (look (behind).state, ==, VIEW_OBJECT_USED);
  g_assert_cmpuint (behind[100], ==, SLUB_RED_ACTIVE);
  before[-1] = 0;
  test_events_clear ();
  kmem_cache_free (cache, before);
  g_assert_cmpstr (only_error (), ==, "Left Redzone overwritten");
  g_assert_true (view_kmem_cache (this_machine, cache->id, &view));
  g_assert_cmpuint (view.errors, ==, 2);
  test_assert_valid ();
}

static void
test_double_free (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, 0);
  struct kmem_cache *cache = cache_new (100, ALL_FLAGS, SLAB_CTOR_none);
  void *other = kmem_cache_alloc (cache, GFP_KERNEL), *object = kmem_cache_alloc (cache, GFP_KERNEL);

  kmem_cache_free (cache, object);
  test_events_clear ();
  kmem_cache_free (cache, object);
  g_assert_cmpstr (only_error (), ==, "Object already free");
  kmem_cache_free (cache, other);
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == other);
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == object);
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) != object);
  test_assert_valid ();
}

/* The slab with the damaged object goes out of use; the next object comes from another. */
static void
test_use_after_free (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, 0);
  struct kmem_cache *cache = cache_new (100, ALL_FLAGS, SLAB_CTOR_none);
  guint8 *object = kmem_cache_alloc (cache, GFP_KERNEL), *next;

  kmem_cache_free (cache, object);
  object[50] = 0;
  g_assert_true (look (object).damaged);
  test_events_clear ();
  next = kmem_cache_alloc (cache, GFP_KERNEL);
  g_assert_cmpstr (only_error (), ==, "Poison overwritten");
  g_assert_nonnull (next);
  g_assert_true (virt_to_slab (next) != virt_to_slab (object));
  g_assert_true (virt_to_slab (object)->frozen);
  test_assert_valid ();
}

/* A pointer into an object, and a link that leads nowhere. */
static void
test_pointers (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, 0);
  struct kmem_cache *cache = cache_new (100, ALL_FLAGS, SLAB_CTOR_none);
  guint8 *object = kmem_cache_alloc (cache, GFP_KERNEL), *other = kmem_cache_alloc (cache, GFP_KERNEL);

  test_events_clear ();
  kmem_cache_free (cache, object + 8);
  g_assert_cmpstr (only_error (), ==, "Invalid object pointer");
  set_freepointer (cache, other, (void *) 8);
  test_events_clear ();
  kmem_cache_free (cache, other);
  g_assert_cmpstr (only_error (), ==, "Freepointer corrupt");
}

/* Marks alone are not looked at. */
static void
test_without_checks (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, 0);
  struct kmem_cache *cache = cache_new (100, SLAB_RED_ZONE, SLAB_CTOR_none);
  guint8 *object = kmem_cache_alloc (cache, GFP_KERNEL);

  object[100] = 1;
  test_events_clear ();
  kmem_cache_free (cache, object);
  g_assert_cmpuint (test_events_count (TRACE_slab_error), ==, 0);
  test_assert_valid ();
}

/* Fills slabs and empties them, in a machine in which all caches are debugged. */
static void
test_everywhere (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLUB, ALL_FLAGS);
  struct kmem_cache *cache = cache_new (200, 0, SLAB_CTOR_counted);
  void *objects[100], *memory = kmalloc (500, GFP_KERNEL);

  g_assert_true (cache->flags & SLAB_RED_ZONE);
  test_events_clear ();
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    objects[i] = kmem_cache_alloc (cache, GFP_KERNEL);
  test_assert_valid ();
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    kmem_cache_free (cache, objects[(i * 37) % G_N_ELEMENTS (objects)]);
  kfree (memory);
  g_assert_cmpuint (test_events_count (TRACE_slab_error), ==, 0);
  test_assert_valid ();
  g_assert_cmpint (kmem_cache_shrink (cache), ==, 0);
  kmem_cache_destroy (cache);
  test_assert_valid ();
}

static void
test_slob (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (SLAB_KIND_SLOB, ALL_FLAGS);
  struct kmem_cache *cache = cache_new (100, ALL_FLAGS, SLAB_CTOR_none);

  g_assert_cmpuint (cache->flags & SLAB_DEBUG_FLAGS, ==, 0);
  kmem_cache_free (cache, kmem_cache_alloc (cache, GFP_KERNEL));
  test_assert_valid ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slub-debug/layout", test_layout);
  g_test_add_func ("/slub-debug/marks", test_marks);
  g_test_add_func ("/slub-debug/overrun", test_overrun);
  g_test_add_func ("/slub-debug/double-free", test_double_free);
  g_test_add_func ("/slub-debug/use-after-free", test_use_after_free);
  g_test_add_func ("/slub-debug/pointers", test_pointers);
  g_test_add_func ("/slub-debug/without-checks", test_without_checks);
  g_test_add_func ("/slub-debug/everywhere", test_everywhere);
  g_test_add_func ("/slub-debug/slob", test_slob);
  return g_test_run ();
}
