/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SLAB: the order in which objects are handed out and come back, batches
 * between arrays and slabs, and that all memory is given back in the end.
 */
#include "machine-test.h"
#include "mm/slab.h"
#include "mm/slab_internal.h"

static struct kmem_cache *
cache_new (const char *name,
           guint       size)
{
  struct kmem_cache *cache = kmem_cache_create (name, size, 0, 0, SLAB_CTOR_none);

  g_assert_nonnull (cache);
  return cache;
}

/* Frames that slabs have. */
static gulong
slab_pages (void)
{
  glong pages = 0;

  for (guint nid = 0; nid < this_machine->nr_online_nodes; nid++)
    {
      const struct pglist_data *node = &this_machine->node_data[nid];

      pages += node->vm_stat[NR_SLAB_UNRECLAIMABLE_B];
      for (guint cpu = 0; cpu < this_machine->nr_cpus; cpu++)
        pages += node->per_cpu_nodestats[cpu].vm_node_stat_diff[NR_SLAB_UNRECLAIMABLE_B];
    }
  g_assert_cmpint (pages, >=, 0);
  return pages;
}

static TestMachine *
machine_of_kind (guint cpus,
                 guint nodes,
                 guint kind)
{
  struct machine_config config;

  test_config_simple (&config, MIB (64));
  config.slab = kind;
  config.nr_slots = 4096;
  config.nr_cpus = cpus;
  if (nodes == 2)
    {
      config.nr_regions = config.nr_nodes = 2;
      config.regions[0].size = MIB (32);
      config.regions[1] = (struct memory_region) { MIB (32), MIB (32), 1 };
      for (guint i = 0; i < cpus; i++)
        config.cpu_to_node[i] = i % 2;
    }
  return test_machine_new (&config);
}

static TestMachine *
machine_new (guint cpus,
             guint nodes)
{
  return machine_of_kind (cpus, nodes, SLAB_KIND_DEFAULT);
}

/* A machine that asks for no objects has no slab. */
static void
test_lazy (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, 1);

  g_assert_false (slab_is_available ());
  g_assert_cmpuint (slab_pages (), ==, 0);
  kfree (kmalloc (1, GFP_KERNEL));
  g_assert_true (slab_is_available ());
  g_assert_cmpuint (slab_pages (), >, 0);
  test_assert_valid ();
}

/* The object freed last is the next one to be handed out. */
static void
test_lifo (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, 1);
  struct kmem_cache *cache = cache_new ("thing", 100);
  void *objects[3];

  for (guint i = 0; i < 3; i++)
    objects[i] = kmem_cache_alloc (cache, GFP_KERNEL);
  kmem_cache_free (cache, objects[1]);
  kmem_cache_free (cache, objects[0]);
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == objects[0]);
  g_assert_true (kmem_cache_alloc (cache, GFP_KERNEL) == objects[1]);
  test_assert_valid ();
}

/* Whatever happened: with all objects back, destroying the caches gives back every frame. */
static void
test_churn (gconstpointer data)
{
  guint nodes = GPOINTER_TO_UINT (data) & 3, kind = GPOINTER_TO_UINT (data) >> 2;
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_of_kind (4, nodes, kind);
  static const guint sizes[] = { 8, 24, 64, 200, 700, 1500, 3000, 5000, 9000 };
  struct kmem_cache *caches[G_N_ELEMENTS (sizes)];
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  g_autoptr (GArray) owners = g_array_new (FALSE, FALSE, sizeof (guint));
  gulong before;

  kfree (kmalloc (1, GFP_KERNEL));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    caches[i] = cache_new ("churn", sizes[i]);
  before = slab_pages ();
  for (guint i = 0; i < 40000; i++)
    {
      guint which = g_rand_int_range (random, 0, G_N_ELEMENTS (sizes));
      gboolean grow = i / 5000 % 2 == 0;

      machine->machine->cpu = g_rand_int_range (random, 0, 4);
      if (!objects->len || g_rand_int_range (random, 0, 10) < (grow ? 6 : 4))
        {
          guint8 *object = kmem_cache_alloc (caches[which], GFP_KERNEL);

          if (!object)
            continue;
          memset (object, which, sizes[which]);
          g_ptr_array_add (objects, object);
          g_array_append_val (owners, which);
        }
      else
        {
          guint k = g_rand_int_range (random, 0, objects->len);
          guint8 *object = objects->pdata[k];

          which = g_array_index (owners, guint, k);
          for (guint j = 0; j < sizes[which]; j++)
            g_assert_cmpuint (object[j], ==, which);
          if (kind != SLAB_KIND_SLOB)
            g_assert_true (virt_to_cache (object) == caches[which]);
          kmem_cache_free (caches[which], object);
          g_ptr_array_remove_index_fast (objects, k);
          g_array_remove_index_fast (owners, k);
        }
      if (i % 2000 == 0)
        test_assert_valid ();
    }
  while (objects->len)
    {
      kmem_cache_free (caches[g_array_index (owners, guint, objects->len - 1)], objects->pdata[objects->len - 1]);
      g_ptr_array_remove_index (objects, objects->len - 1);
      g_array_set_size (owners, objects->len);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_cmpint (kmem_cache_shrink (caches[i]), ==, 0);
      if (kind == SLAB_KIND_SLAB)
        g_assert_cmpuint (caches[i]->num_active, ==, 0);
      kmem_cache_destroy (caches[i]);
    }
  g_assert_cmpuint (slab_pages (), <=, before);
  test_assert_valid ();
}

/* A cache with objects in use is not destroyed. */
static void
test_destroy_busy (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, 1);
  struct kmem_cache *cache = cache_new ("busy", 64);
  void *object = kmem_cache_alloc (cache, GFP_KERNEL);
  gulong pages = slab_pages ();

  kmem_cache_destroy (cache);
  g_assert_cmpuint (slab_pages (), ==, pages);
  kmem_cache_free (cache, object);
  kmem_cache_destroy (cache);
  g_assert_cmpuint (slab_pages (), ==, pages - 1);
  test_assert_valid ();
}

static void
test_kmalloc (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1, 1);
  static const struct { guint size, class; } classes[] = {
    { 1, 32 }, { 32, 32 }, { 33, 64 }, { 65, 96 }, { 96, 96 }, { 97, 128 }, { 129, 192 }, { 193, 256 },
    { 257, 512 }, { 1025, 2048 }, { 4096, 4096 }, { 4097, 8192 }, { 8192, 8192 }, { 8193, 16384 },
    { 1 << 20, 1 << 20 }, { 1 << 22, 1 << 22 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      guint8 *p = kzalloc (classes[i].size, GFP_KERNEL);

      g_assert_nonnull (p);
      g_assert_cmpuint (ksize (p), ==, classes[i].class);
      for (guint j = 0; j < classes[i].size; j++)
        g_assert_cmpuint (p[j], ==, 0);
      memset (p, 0xff, classes[i].size);
      kfree (p);
      test_assert_valid ();
    }
  g_assert_true (kmalloc (0, GFP_KERNEL) == ZERO_SIZE_PTR);
  g_assert_null (kmalloc ((1 << 22) + 1, GFP_KERNEL));
  kfree (ZERO_SIZE_PTR);
  kfree (NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slab/lazy", test_lazy);
  g_test_add_func ("/slab/lifo", test_lifo);
  for (guint kind = SLAB_KIND_SLAB; kind < NR_SLAB_KINDS; kind++)
    for (guint nodes = 1; nodes <= 2; nodes++)
      {
        g_autofree char *path = g_strdup_printf ("/slab/churn/%s/%u", view_slab_kind_name (kind), nodes);

        g_test_add_data_func (path, GUINT_TO_POINTER (kind << 2 | nodes), test_churn);
      }
  g_test_add_func ("/slab/destroy-busy", test_destroy_busy);
  g_test_add_func ("/slab/kmalloc", test_kmalloc);
  return g_test_run ();
}
