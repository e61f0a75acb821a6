/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compound pages, references, blocks given back in parts, and pages allocated
 * in bulk.
 */
#include "machine-test.h"

#include <string.h>

#define DMA32 zone_ref (0, ZONE_DMA32)
#define COMPOUND (GFP_HIGHUSER_MOVABLE | __GFP_COMP)

static gint64
on_slot (guint kind, guint slot)
{
  return test_run ((struct mm_op) { .kind = (u16) kind, .nid = -1, .slot = slot });
}

static void
assert_boot_blocks (void)
{
  g_autofree char *blocks = NULL;

  on_slot (OP_drain_all_pages, 0);
  blocks = test_free_blocks (DMA32);
  g_assert_cmpstr (blocks, ==, "8:M2 9:M2 10:M10");
  test_assert_valid ();
}

static const struct view_field *
field (mm_object_t object, const char *name)
{
  static struct view_field fields[64];
  guint nr = view_object_fields (this_machine, object, fields, G_N_ELEMENTS (fields));

  g_assert_cmpuint (nr, <=, G_N_ELEMENTS (fields));
  for (guint i = 0; i < nr; i++)
    if (g_str_equal (fields[i].name, name))
      return &fields[i];
  return NULL;
}

static void
test_structure (void)
{
  for (guint order = 1; order <= 10; order++)
    {
      g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
      gint64 pfn = test_alloc (0, order, COMPOUND);
      struct page *head = pfn_to_page ((guint64) pfn);

      g_assert_true (PageHead (head));
      g_assert_cmpuint (compound_order (head), ==, order);
      for (guint i = 1; i < 1u << order; i++)
        {
          g_assert_true (PageTail (head + i));
          g_assert_true (compound_head (head + i) == head);
          g_assert_cmpint (page_ref_count (head + i), ==, 0);
        }
      g_assert_cmpstr (field (mm_object (MM_OBJECT_PAGE, (guint64) pfn), "flags")->value, ==, "head | Node 0, zone DMA32");
      g_assert_cmpuint (field (mm_object (MM_OBJECT_PAGE, (guint64) pfn + 1), "compound_head")->object, ==,
                        mm_object (MM_OBJECT_PAGE, (guint64) pfn));
      g_assert_cmpuint (g_ascii_strtoull (field (mm_object (MM_OBJECT_PAGE, (guint64) pfn + 1), "compound_nr")->value, NULL, 10),
                        ==, 1u << order);
      test_assert_valid ();
      g_assert_cmpint (test_free (0), ==, 0);
      for (guint i = 0; i < 1u << order; i++)
        g_assert_false (PageCompound (head + i));
      assert_boot_blocks ();
    }
}

/* A single page is no compound page, asked for or not. */
static void
test_single (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  g_assert_false (PageCompound (pfn_to_page ((guint64) test_alloc (0, 0, COMPOUND))));
  test_assert_valid ();
}

/* References count for the whole, whichever page they are taken on. */
static void
test_references (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  gint64 pfn = test_alloc (0, 3, COMPOUND);

  get_page (pfn_to_page ((guint64) pfn + 5));
  g_assert_cmpint (test_page ((guint64) pfn).refcount, ==, 2);
  g_assert_cmpint (test_page ((guint64) pfn + 5).refcount, ==, 0);
  g_assert_cmpint (on_slot (OP_put_page, 0), ==, 0);
  g_assert_cmpint (test_page ((guint64) pfn).refcount, ==, 1);
  g_assert_cmpuint (test_page ((guint64) pfn + 7).kind, ==, VIEW_PAGE_ALLOCATED);
  g_assert_cmpint (on_slot (OP_put_page, 0), ==, 0);
  g_assert_cmpuint (test_page ((guint64) pfn + 7).kind, !=, VIEW_PAGE_ALLOCATED);
  g_assert_cmpint (on_slot (OP_put_page, 0), ==, -EINVAL);
  assert_boot_blocks ();
}

/* __free_pages() of a compound page with another user only drops a reference. */
static void
test_shared_compound (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  gint64 pfn = test_alloc (0, 4, COMPOUND);

  on_slot (OP_get_page, 0);
  g_assert_cmpint (test_free (0), ==, 0);
  g_assert_cmpint (test_page ((guint64) pfn).refcount, ==, 1);
  g_assert_cmpuint (test_page ((guint64) pfn + 15).head, ==, pfn);
  test_assert_valid ();
  g_assert_cmpint (test_free (0), ==, 0);
  assert_boot_blocks ();
}

/*
 * Of any other block only the first page has a count. With another user of it, the rest is given back
 * now, in halves: nobody will know later that it was there.
 */
static void
test_shared_block (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  gint64 pfn = test_alloc (0, 3, GFP_HIGHUSER_MOVABLE);
  struct mm_slot slot;

  on_slot (OP_get_page, 0);
  g_assert_cmpint (test_free (0), ==, 0);
  g_assert_cmpint (test_page ((guint64) pfn).refcount, ==, 1);
  g_assert_cmpuint (test_page ((guint64) pfn).order, ==, 0);
  for (guint i = 1; i < 8; i++)
    g_assert_cmpuint (test_page ((guint64) pfn + i).kind, ==, VIEW_PAGE_PCP);
  g_assert_cmpuint (test_page ((guint64) pfn + 1).order, ==, 0);
  g_assert_cmpuint (test_page ((guint64) pfn + 3).head, ==, pfn + 2);
  g_assert_cmpuint (test_page ((guint64) pfn + 7).head, ==, pfn + 4);
  view_slot (this_machine, 0, &slot);
  g_assert_cmpuint (slot.state, ==, SLOT_LIVE);
  g_assert_cmpuint (slot.order, ==, 0);
  test_assert_valid ();
  g_assert_cmpint (test_free (0), ==, 0);
  assert_boot_blocks ();
}

static void
test_split_page (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  gint64 pfn = test_alloc (0, 2, GFP_HIGHUSER_MOVABLE);

  split_page (pfn_to_page ((guint64) pfn), 2);
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpint (test_page ((guint64) pfn + i).refcount, ==, 1);
      g_assert_cmpuint (test_page ((guint64) pfn + i).order, ==, 0);
    }
  for (guint i = 1; i < 4; i++)
    __free_pages (pfn_to_page ((guint64) pfn + i), 0);
  g_assert_cmpuint (test_page ((guint64) pfn).kind, ==, VIEW_PAGE_ALLOCATED);
  __free_pages (pfn_to_page ((guint64) pfn), 0);
  this_machine->slots[0].state = SLOT_FREED;
  assert_boot_blocks ();
}

static void
test_bugs (void)
{
  {
    g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
    gint64 pfn = test_alloc (0, 2, COMPOUND);

    g_assert_true (TEST_STOPS (split_page (pfn_to_page ((guint64) pfn), 2)));
  }
  {
    g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
    gint64 pfn = test_alloc (0, 2, COMPOUND);

    test_free (0);
    g_assert_true (TEST_STOPS (get_page (pfn_to_page ((guint64) pfn))));
  }
  {
    g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
    gint64 pfn = test_alloc (0, 3, COMPOUND);

    /* Freed as if it were smaller than it is. */
    g_assert_true (TEST_STOPS (__free_pages (pfn_to_page ((guint64) pfn), 2)));
  }
}

/* ---- Bulk ---- */

static gint64
bulk (guint slot, guint nr, gfp_t gfp)
{
  return test_run ((struct mm_op) { .kind = OP_alloc_pages_bulk, .nid = -1, .slot = slot, .nr = nr, .gfp = gfp });
}

static void
test_bulk (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  test_events_clear ();
  g_assert_cmpint (bulk (0, 30, GFP_HIGHUSER_MOVABLE), ==, 30);
  g_assert_cmpuint (test_events_count (TRACE_alloc_pages_bulk), ==, 1);
  g_assert_cmpuint (test_events_count (TRACE_alloc_pages_bulk_page), ==, 30);
  g_assert_cmpuint (test_events_count (TRACE_mm_page_alloc), ==, 0);
  for (guint i = 0; i < 30; i++)
    {
      g_assert_cmpuint (this_machine->slots[i].state, ==, SLOT_LIVE);
      g_assert_cmpuint (this_machine->slots[i].value, ==, 4352 + i);
      g_assert_cmpuint (test_events_find (TRACE_alloc_pages_bulk_page, i)->a, ==, 4352 + i);
    }
  g_assert_cmpuint (test_counter ("pgalloc_dma32"), ==, 30);
  g_assert_cmpuint (test_counter ("numa_hit"), ==, 30);
  test_assert_valid ();

  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_free_unref_page_list, .nid = -1, .nr = 30 }), ==, 30);
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 30);
  assert_boot_blocks ();
}

/* One page is an ordinary request; no page is none. */
static void
test_bulk_small (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  test_events_clear ();
  g_assert_cmpint (bulk (0, 1, GFP_KERNEL), ==, 1);
  g_assert_cmpuint (test_events_count (TRACE_mm_page_alloc), ==, 1);
  g_assert_cmpint (bulk (1, 0, GFP_KERNEL), ==, 0);
  g_assert_cmpint (bulk (4000, 200, GFP_KERNEL), ==, -ERANGE);
  test_assert_valid ();
}

/* Where not all are to be had above the low watermark, one is better than none. */
static void
test_bulk_short (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (4));
  gint64 got;

  got = bulk (0, 900, GFP_KERNEL);
  g_assert_cmpint (got, ==, 1);
  got = bulk (1, 500, GFP_KERNEL);
  g_assert_cmpint (got, ==, 500);
  test_assert_valid ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/compound/structure", test_structure);
  g_test_add_func ("/mm/compound/single", test_single);
  g_test_add_func ("/mm/compound/references", test_references);
  g_test_add_func ("/mm/compound/shared-compound", test_shared_compound);
  g_test_add_func ("/mm/compound/shared-block", test_shared_block);
  g_test_add_func ("/mm/compound/split-page", test_split_page);
  g_test_add_func ("/mm/compound/bugs", test_bugs);
  g_test_add_func ("/mm/bulk/many", test_bulk);
  g_test_add_func ("/mm/bulk/small", test_bulk_small);
  g_test_add_func ("/mm/bulk/short", test_bulk_short);
  return g_test_run ();
}
