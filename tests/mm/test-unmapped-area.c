/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where mappings are placed: against a naive search over all gaps, and case by case.
 */
#include "vm-test.h"

#define BASE 0x7ffff7fff000UL /* mmap base: task_top - 128 MiB */
#define TOP 0x7ffffffff000UL
#define PAGES(n) ((guint64)(n)*PAGE_SIZE)

static guint64
place (guint64 hint, guint64 len, guint flags)
{
  return (guint64)vm_mmap (hint, len, PROT_NONE, VM_ANON | MAP_NORESERVE | flags);
}

/* ---- Against a naive search ---- */

typedef struct
{
  guint64 start, end;
} Gap;

/* All gaps, from the bottom; the last one reaches up to the end of user space. */
static GArray *
gaps (void)
{
  g_autofree struct view_vma *vmas = g_new0 (struct view_vma, 4096);
  guint n = view_vmas_brief (this_machine, 1, vmas, 4096);
  GArray *result = g_array_new (FALSE, FALSE, sizeof (Gap));
  guint64 end = 0;

  for (guint i = 0; i <= n; i++)
    {
      Gap gap = { end, i < n ? vmas[i].start : TOP };

      if (i < n && vmas[i].flags & VM_GROWSDOWN)
        gap.end -= MIN (gap.end, PAGES (256));
      if (gap.end > gap.start)
        g_array_append_val (result, gap);
      if (i < n)
        end = vmas[i].end;
    }
  return result;
}

static guint64
naive (guint64 len, guint64 low, guint64 high, gboolean topdown)
{
  g_autoptr (GArray) all = gaps ();

  for (guint i = 0; i < all->len; i++)
    {
      const Gap *gap = &g_array_index (all, Gap, topdown ? all->len - 1 - i : i);
      guint64 start = MAX (gap->start, low), end = MIN (gap->end, high);

      if (end > start && end - start >= len)
        return topdown ? end - len : start;
    }
  return (guint64)-ENOMEM;
}

static void
test_random (gconstpointer data)
{
  gboolean topdown = GPOINTER_TO_INT (data);
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  if (!topdown)
    g_assert_cmpint (vm_op (OP_set_task, TASK_SET_PERSONALITY, ADDR_COMPAT_LAYOUT, 0, 0, 0, 0), ==, 0);
  if (!topdown)
    this_machine->current_task->mm->topdown = 0; /* as the next exec would have it */
  for (guint i = 0; i < 3000; i++)
    {
      guint64 len = PAGES (1 + g_test_rand_int_range (0, 40)), expected, found;
      guint flags = g_test_rand_int_range (0, 8) == 0 ? MAP_GROWSDOWN : 0;

      if (g_test_rand_int_range (0, 3) == 0)
        {
          guint64 at = (topdown ? BASE - PAGES (3000) : ALIGN (TOP / 3, PAGE_SIZE)) +
                       PAGES (g_test_rand_int_range (0, 3000));

          vm_op (OP_munmap, at, len, 0, 0, 0, 0);
          continue;
        }
      if (g_test_rand_int_range (0, 10) == 0)
        {
          expected = naive (len, 0x40000000, 0x80000000, FALSE);
          flags |= MAP_32BIT;
        }
      else
        {
          expected =
            topdown ? naive (len, 65536, BASE, TRUE) : naive (len, ALIGN (TOP / 3, PAGE_SIZE), TOP, FALSE);
        }
      found = place (0, len, flags);
      g_assert_cmphex (found, ==, expected);
      if (i % 64 == 0)
        test_assert_valid ();
    }
}

/* ---- Case by case ---- */

static void
test_hints (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  g_assert_cmphex (place (VM_AT (0), PAGES (2), 0), ==, VM_AT (0));
  /* occupied, partly occupied, not aligned, within the first page, too low, too high */
  g_assert_cmphex (place (VM_AT (1), PAGES (1), 0), ==, BASE - PAGES (1));
  g_assert_cmphex (place (VM_AT (-1), PAGES (2), 0), ==, BASE - PAGES (3));
  g_assert_cmphex (place (VM_AT (4) + 123, PAGES (1), 0), ==, VM_AT (4));
  g_assert_cmphex (place (0x800, PAGES (1), 0), ==, BASE - PAGES (4));
  g_assert_cmphex (place (0x8000, PAGES (1), 0), ==, 0x10000);
  g_assert_cmphex (place (TOP, PAGES (1), 0), ==, BASE - PAGES (5));
  g_assert_cmphex (place (~0UL, PAGES (1), 0), ==, BASE - PAGES (6));
  g_assert_cmphex (place (VM_AT (20), PAGES (1), MAP_FIXED_NOREPLACE), ==, VM_AT (20));
  g_assert_cmpint ((gint64)place (VM_AT (19), PAGES (2), MAP_FIXED_NOREPLACE), ==, -EEXIST);
  g_assert_cmpint ((gint64)place (0, PAGES (1), MAP_FIXED_NOREPLACE), ==, -EPERM);
  g_assert_cmpint ((gint64)place (0, PAGES (1), MAP_FIXED), ==, -EPERM);
  g_assert_cmpint ((gint64)place (0x1000, PAGES (1), MAP_FIXED), ==, 0x1000);
  /* the limit can be moved */
  g_assert_cmpint (vm_tune (TUNABLE_mmap_min_addr, 1 << 20), ==, 0);
  g_assert_cmpint ((gint64)place (0x20000, PAGES (1), MAP_FIXED), ==, -EPERM);
  g_assert_cmphex (place (0x20000, PAGES (1), 0), ==, 1 << 20);
  test_assert_valid ();
}

static void
test_stack_gap (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  /* Nothing is placed within 256 pages below memory that grows down, unless that is asked for. */
  g_assert_cmphex (place (0, PAGES (1), MAP_GROWSDOWN), ==, BASE - PAGES (1));
  g_assert_cmphex (place (0, PAGES (1), 0), ==, BASE - PAGES (258));
  g_assert_cmphex (place (BASE - PAGES (2), PAGES (1), 0), ==, BASE - PAGES (259));
  g_assert_cmphex (place (BASE - PAGES (2), PAGES (1), MAP_FIXED), ==, BASE - PAGES (2));
}

static void
test_huge_alignment (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  const guint64 huge = 2 << 20;

  g_assert_cmphex (place (0, PAGES (3), 0), ==, BASE - PAGES (3));
  /* whole huge pages without a file are aligned, other lengths and hints are not */
  g_assert_cmphex (place (0, huge, 0) % huge, ==, 0);
  g_assert_cmphex (place (0, huge + PAGE_SIZE, 0) % huge, !=, 0);
  g_assert_cmphex (place (VM_AT (1), huge, 0), ==, VM_AT (1));
  /* a file as its offset wants it, if a whole huge page lies in the mapping */
  g_assert_cmphex (
    (guint64)vm_op (OP_mmap, 0, huge, PROT_READ, MAP_PRIVATE, VM_FILE_SLOT + 2, 0) % huge, ==, 0);
  g_assert_cmphex (
    (guint64)vm_op (OP_mmap, 0, 2 * huge, PROT_READ, MAP_PRIVATE, VM_FILE_SLOT + 2, PAGE_SIZE) % huge,
    ==,
    PAGE_SIZE);
  place (0, huge + PAGES (7), 0);
  g_assert_cmphex ((guint64)vm_op (OP_mmap, 0, huge, PROT_READ, MAP_PRIVATE, VM_FILE_SLOT + 2, PAGE_SIZE) %
                     huge,
                   !=,
                   PAGE_SIZE);
  /* /dev/zero private as a file, shared memory not at all */
  g_assert_cmphex (
    (guint64)vm_op (OP_mmap, 0, huge, PROT_READ, MAP_PRIVATE, VM_FILE_SLOT + 4, 0) % huge, ==, 0);
  test_assert_valid ();
}

static void
test_full (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint64 below = BASE - 0x401000;

  /* Nothing left below the base: the search goes up from a third of the address space and finds what is above
   * it. */
  g_assert_cmphex (place (0x10000, VM_SCRATCH - 0x10000, MAP_FIXED), ==, 0x10000);
  g_assert_cmphex (
    place (VM_SCRATCH + PAGE_SIZE, 0x401000 - VM_SCRATCH - PAGE_SIZE, MAP_FIXED), ==, VM_SCRATCH + PAGE_SIZE);
  g_assert_cmphex (place (0x401000, below, MAP_FIXED), ==, 0x401000);
  g_assert_cmphex (place (0, PAGES (1), 0), ==, BASE);
  g_assert_cmphex (place (0, PAGES (1), 0), ==, BASE + PAGES (1));
  g_assert_cmpint ((gint64)place (0, GIB (1), 0), ==, -ENOMEM);
  g_assert_cmpint ((gint64)place (0, PAGES (1), MAP_32BIT), ==, -ENOMEM);
  g_assert_cmpint ((gint64)place (0, 1UL << 47, 0), ==, -ENOMEM);
  test_assert_valid ();
}

static guint
depth_of (GHashTable *parents, guint32 nr)
{
  guint depth = 0;

  for (; nr != 0; nr = GPOINTER_TO_UINT (g_hash_table_lookup (parents, GUINT_TO_POINTER (nr))))
    g_assert_cmpuint (++depth, <, 100);
  return depth;
}

/* Of ten thousand VMAs made in order of their addresses, a search looks at 28 at most: twice the least depth
 * of a tree. */
static void
test_many (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  g_autofree struct view_vma *vmas = g_new0 (struct view_vma, 10100);
  g_autoptr (GHashTable) parents = g_hash_table_new (NULL, NULL);
  guint n;

  for (guint i = 0; i < 10000; i++)
    g_assert_cmphex (vm_mmap (VM_AT (2 * i), PAGE_SIZE, PROT_READ, VM_ANON | MAP_FIXED), ==, VM_AT (2 * i));
  test_assert_valid ();
  n = view_vmas_brief (this_machine, 1, vmas, 10100);
  g_assert_cmpuint (n, ==, 10002);
  for (guint i = 0; i < n; i++)
    g_hash_table_insert (parents, GUINT_TO_POINTER (vmas[i].nr), GUINT_TO_POINTER (vmas[i].rb_parent));
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (depth_of (parents, vmas[i].nr), <=, 28);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/unmapped-area/random-topdown", GINT_TO_POINTER (TRUE), test_random);
  g_test_add_data_func ("/unmapped-area/random-bottom-up", GINT_TO_POINTER (FALSE), test_random);
  g_test_add_func ("/unmapped-area/hints", test_hints);
  g_test_add_func ("/unmapped-area/stack-gap", test_stack_gap);
  g_test_add_func ("/unmapped-area/huge-alignment", test_huge_alignment);
  g_test_add_func ("/unmapped-area/full", test_full);
  g_test_add_func ("/unmapped-area/many", test_many);
  return g_test_run ();
}
