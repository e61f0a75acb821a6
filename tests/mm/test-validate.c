/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mm_validate() notices damage: each test breaks one thing in a machine that
 * was sound and demands a complaint about the right object. Also: readers get
 * through any damage without reading outside the arena or running for ever.
 */
#include "machine-test.h"

#include <string.h>

#define DMA32 zone_ref (0, ZONE_DMA32)

typedef struct {
  mm_object_t object;  /* that must be complained about; 0 = any */
  const char *part;    /* of the text that must occur */
  guint found, matching;
} Expected;

static void
collect (void *data, mm_object_t object, const char *text)
{
  Expected *expected = data;

  expected->found++;
  g_assert_cmpint (text[strlen (text) - 1], ==, '.');
  if ((expected->object == 0 || object == expected->object) && strstr (text, expected->part) != NULL)
    expected->matching++;
  else if (g_test_verbose ())
    g_test_message ("also: %s", text);
}

static void
assert_noticed (mm_object_t object, const char *part)
{
  Expected expected = { .object = object, .part = part };
  guint total = mm_validate (this_machine, collect, &expected);

  g_assert_cmpuint (total, ==, expected.found);
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, total);
  if (expected.matching == 0)
    g_error ("no complaint with \"%s\" among %u", part, total);
}

/* All readers over the whole machine; none may fail, whatever state it is in. */
static void
read_everything (void)
{
  struct view_zone zones[64];
  struct view_machine machine;
  g_autofree guint8 *frames = g_malloc (this_machine->max_pfn + 64);
  struct view_field fields[96];
  struct view_extent extents[32];
  guint64 pfns[16];
  guint8 types[16];
  static char text[65536];
  guint nr;

  view_machine (this_machine, &machine);
  nr = view_zones (this_machine, zones, G_N_ELEMENTS (zones));
  view_frames (this_machine, 0, this_machine->max_pfn + 64, frames);
  for (guint i = 0; i < nr; i++)
    {
      view_object_fields (this_machine, mm_object (MM_OBJECT_ZONE, zones[i].ref), fields, 96);
      for (guint order = 0; order < VIEW_MAX_ORDER; order++)
        {
          for (guint mt = 0; mt < VIEW_NR_MT; mt++)
            view_free_list (this_machine, zones[i].ref, order, mt, pfns, 16);
          view_object_fields (this_machine, mm_zone_object (MM_OBJECT_FREE_AREA, zones[i].ref, order), fields, 96);
        }
      for (guint cpu = 0; cpu < machine.nr_cpus; cpu++)
        {
          struct view_pcp pcp;

          view_pcp (this_machine, zones[i].ref, cpu, &pcp);
          for (guint pindex = 0; pindex < VIEW_NR_PCP; pindex++)
            view_pcp_list (this_machine, zones[i].ref, cpu, pindex, pfns, types, 16);
          view_object_fields (this_machine, mm_zone_object (MM_OBJECT_PCP, zones[i].ref, cpu), fields, 96);
        }
    }
  for (guint64 pfn = 0; pfn < this_machine->max_pfn; pfn += 61)
    {
      struct view_page page;

      view_page (this_machine, pfn, &page);
      view_object_fields (this_machine, mm_object (MM_OBJECT_PAGE, pfn), fields, 96);
      view_object_extents (this_machine, mm_object (MM_OBJECT_PAGE, pfn), extents, 32);
    }
  for (const char *const *name = view_proc_names (); *name != NULL; name++)
    g_assert_cmpint (view_proc (this_machine, *name, text, sizeof text), >=, 0);
}

/* ---- Damage ---- */

typedef struct {
  TestMachine *machine;
  gint64 plain;     /* order 2 */
  gint64 compound;  /* order 3 */
  gint64 single;
  guint64 free;     /* head of a free block of order 4 or more */
  guint64 waiting;  /* on a per-CPU list */
  struct zone *zone;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  struct machine_config config;
  g_autoptr (GArray) list = NULL;

  test_config_simple (&config, MIB (64));
  config.nr_cpus = 2;
  f->machine = test_machine_new (&config);
  f->plain = test_alloc (0, 2, GFP_KERNEL);
  f->compound = test_alloc (1, 3, GFP_KERNEL | __GFP_COMP);
  f->single = test_alloc (2, 0, GFP_HIGHUSER_MOVABLE);
  for (guint i = 3; i < 8; i++)
    test_alloc (i, 0, GFP_HIGHUSER_MOVABLE);
  for (guint i = 3; i < 8; i++)
    test_free (i);
  f->zone = &this_machine->node_data[0].node_zones[ZONE_DMA32];
  list = test_pcp_list (DMA32, 0, MIGRATE_MOVABLE);
  g_assert_cmpuint (list->len, >=, 5);
  f->waiting = g_array_index (list, guint64, 2);
  g_array_unref (g_steal_pointer (&list));
  list = test_free_list (DMA32, 10, MIGRATE_MOVABLE);
  g_assert_cmpuint (list->len, >=, 4);
  f->free = g_array_index (list, guint64, 2);
  test_assert_valid ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  read_everything ();
  test_machine_free (f->machine);
}

static mm_object_t
page_of (guint64 pfn)
{
  return mm_object (MM_OBJECT_PAGE, pfn);
}

/* Makes three blocks of one, two of which should have stayed together. All lists and counts agree. */
static void
cut_in_pieces (Fixture *f)
{
  struct page *page = pfn_to_page (f->free), *half = page + 256;

  list_del (&page->buddy_list);
  page->private = 8;
  list_add (&page->buddy_list, &f->zone->free_area[8].free_list[MIGRATE_MOVABLE]);
  set_buddy_order (half, 8);
  list_add (&half->buddy_list, &f->zone->free_area[8].free_list[MIGRATE_MOVABLE]);
  set_buddy_order (page + 512, 9);
  list_add (&page[512].buddy_list, &f->zone->free_area[9].free_list[MIGRATE_MOVABLE]);
  f->zone->free_area[10].nr_free--;
  f->zone->free_area[9].nr_free++;
  f->zone->free_area[8].nr_free += 2;
}

static void
swap_zones (void)
{
  struct zoneref *refs = this_machine->node_data[0].node_zonelists[0]._zonerefs, swap = refs[0];

  refs[0] = refs[1];
  refs[1] = swap;
}

#define DAMAGE(name, what, object, part)                       \
  static void                                                  \
  damage_##name (Fixture *f, gconstpointer data)               \
  {                                                            \
    what;                                                      \
    assert_noticed (object, part);                             \
  }

#define FREE_AREA(order) mm_zone_object (MM_OBJECT_FREE_AREA, DMA32, order)
#define ZONE mm_object (MM_OBJECT_ZONE, DMA32)
#define PCP(cpu) mm_zone_object (MM_OBJECT_PCP, DMA32, cpu)

DAMAGE (ram_line, this_machine->ram[((guint64) f->single << PAGE_SHIFT) + 200] = 1, page_of ((guint64) f->single),
        "line 3 is known to hold zeroes but does not")
DAMAGE (ram_line_waiting,
        (this_machine->ram_lines[f->waiting] = 2, this_machine->ram[(f->waiting << PAGE_SHIFT) + 4095] = 1),
        page_of (f->waiting), "line 63 is known to hold zeroes but does not")
DAMAGE (nr_free, f->zone->free_area[10].nr_free++, FREE_AREA (10), "nr_free is")
DAMAGE (buddy_order, pfn_to_page (f->free)->private = 9, page_of (f->free), "says its order is 9")
DAMAGE (buddy_order_high, pfn_to_page (f->free)->private = 11, page_of (f->free), "the highest is 10")
DAMAGE (buddy_order_wild, pfn_to_page (f->free)->private = ~0UL, page_of (f->free), "the highest is 10")
DAMAGE (buddy_flag, __ClearPageBuddy (pfn_to_page (f->free)), page_of (f->free), "not marked as a free block")
DAMAGE (buddy_inside, set_buddy_order (pfn_to_page (f->free + 8), 3), page_of (f->free + 8), "lies inside the block")
DAMAGE (free_refcount, set_page_count (pfn_to_page (f->free), 1), page_of (f->free), "has 1 references")
DAMAGE (free_tail_refcount, set_page_count (pfn_to_page (f->free + 5), 2), page_of (f->free + 5), "has 2 references")
DAMAGE (free_flags, SetPageLRU (pfn_to_page (f->free + 5)), page_of (f->free + 5), "flags set: lru")
DAMAGE (free_mapping, pfn_to_page (f->free)->mapping = TAIL_MAPPING, page_of (f->free), "has a mapping")
DAMAGE (free_mapped, pfn_to_page (f->free + 1)->_mapcount.counter = 0, page_of (f->free + 1), "is mapped")
DAMAGE (free_owner, pfn_to_page (f->free)->owner.kind = OWNER_ALLOCATED, page_of (f->free), "still has an owner")
DAMAGE (leaked, list_del (&pfn_to_page (f->free)->buddy_list), FREE_AREA (10), "nr_free is")
DAMAGE (leaked_and_counted,
        (list_del (&pfn_to_page (f->free)->buddy_list), f->zone->free_area[10].nr_free--),
        FREE_AREA (10), "pages are marked as such")
DAMAGE (lost,
        (list_del (&pfn_to_page (f->free)->buddy_list), f->zone->free_area[10].nr_free--,
         __ClearPageBuddy (pfn_to_page (f->free))),
        page_of (f->free + 7), "is lost")
DAMAGE (unanswered_next, pfn_to_page (f->free)->buddy_list.next->prev = &pfn_to_page (1)->buddy_list, 0, "links disagree")
DAMAGE (unanswered_head, f->zone->free_area[10].free_list[MIGRATE_MOVABLE].prev = &pfn_to_page (f->free)->buddy_list,
        FREE_AREA (10), "links disagree at its end")
DAMAGE (circle, pfn_to_page (f->free)->buddy_list.next = &pfn_to_page (f->free)->buddy_list, 0, "links disagree")
DAMAGE (wild_link, pfn_to_page (f->free)->buddy_list.next = (void *) 0xdeadbeefUL, FREE_AREA (10), "does not come back")
DAMAGE (null_link, pfn_to_page (f->free)->buddy_list.next = NULL, FREE_AREA (10), "does not come back")
DAMAGE (odd_link, pfn_to_page (f->free)->buddy_list.next = (void *) ((char *) pfn_to_page (f->free + 1024) + 12),
        FREE_AREA (10), "does not come back")
DAMAGE (double_link,
        list_add (&pfn_to_page (f->free)->buddy_list, &f->zone->free_area[10].free_list[MIGRATE_UNMOVABLE]),
        0, "disagree")
DAMAGE (wrong_list,
        (list_move_tail (&pfn_to_page (f->free)->buddy_list, &f->zone->free_area[9].free_list[MIGRATE_MOVABLE]),
         f->zone->free_area[10].nr_free--, f->zone->free_area[9].nr_free++),
        page_of (f->free), "says its order is 10")
DAMAGE (allocated_on_list,
        (list_add (&pfn_to_page ((guint64) f->single)->lru, &f->zone->free_area[0].free_list[MIGRATE_MOVABLE]),
         f->zone->free_area[0].nr_free++),
        page_of ((guint64) f->single), "not marked as a free block")
DAMAGE (unmerged, cut_in_pieces (f), page_of (f->free), "not merged")
DAMAGE (free_counter, f->zone->vm_stat[NR_FREE_PAGES]++, ZONE, "NR_FREE_PAGES with all differences")
DAMAGE (free_difference, f->zone->per_cpu_zonestats[1].vm_stat_diff[NR_FREE_PAGES]++, ZONE, "NR_FREE_PAGES with")
DAMAGE (global_counter, this_machine->vm_zone_stat[NR_FREE_PAGES]--, mm_object (MM_OBJECT_MACHINE, 0), "vm_zone_stat says")
DAMAGE (difference_too_large,
        (f->zone->per_cpu_zonestats[0].vm_stat_diff[NR_FREE_PAGES] = 100), PCP (0), "holds back 100")
DAMAGE (pageblock_type, this_machine->pageblock_flags[f->free >> pageblock_order] = 77,
        mm_object (MM_OBJECT_PAGEBLOCK, f->free), "type 77")

DAMAGE (pcp_count, f->zone->per_cpu_pageset[0].count--, PCP (0), "its lists hold")
DAMAGE (pcp_count_negative, f->zone->per_cpu_pageset[1].count = -1, PCP (1), "counts -1 pages")
DAMAGE (pcp_batch, f->zone->per_cpu_pageset[0].batch = 0, PCP (0), "has batch 0")
DAMAGE (pcp_free_factor, f->zone->per_cpu_pageset[1].free_factor = 6, PCP (1), "free_factor 6")
DAMAGE (pcp_type, pfn_to_page (f->waiting)->index = MIGRATE_RECLAIMABLE, page_of (f->waiting), "of migrate type 2")
DAMAGE (pcp_type_wild, pfn_to_page (f->waiting)->index = 1UL << 40, page_of (f->waiting), "of migrate type")
DAMAGE (pcp_order, pfn_to_page (f->waiting)->owner.order = 1, page_of (f->waiting), "a block of order 1")
DAMAGE (pcp_owner, pfn_to_page (f->waiting)->owner.kind = OWNER_ALLOCATED, page_of (f->waiting), "but is in use")
DAMAGE (pcp_refcount, set_page_count (pfn_to_page (f->waiting), 1), page_of (f->waiting), "has 1 references")
DAMAGE (pcp_other_cpu,
        list_move_tail (&pfn_to_page (f->waiting)->pcp_list, &f->zone->per_cpu_pageset[1].lists[MIGRATE_MOVABLE]),
        PCP (1), "its lists hold 1")
DAMAGE (pcp_leaked,
        (list_del (&pfn_to_page (f->waiting)->pcp_list), f->zone->per_cpu_pageset[0].count--),
        ZONE, "pages are marked as such")
DAMAGE (pcp_circle, pfn_to_page (f->waiting)->pcp_list.next = &pfn_to_page (f->waiting)->pcp_list, 0, "links disagree")
DAMAGE (pcp_buddy, __SetPageBuddy (pfn_to_page (f->waiting)), page_of (f->waiting), "marked as a free block")

DAMAGE (allocated_unused, set_page_count (pfn_to_page ((guint64) f->plain), 0), page_of ((guint64) f->plain), "no users")
DAMAGE (allocated_tail_used, set_page_count (pfn_to_page ((guint64) f->plain + 1), 1),
        page_of ((guint64) f->plain + 1), "references of its own")
DAMAGE (allocated_order, pfn_to_page ((guint64) f->plain)->owner.order = 5, page_of ((guint64) f->plain + 4),
        "lies inside the block")
DAMAGE (allocated_misaligned, pfn_to_page ((guint64) f->compound)->owner.order = 10, page_of ((guint64) f->compound),
        "not aligned")
DAMAGE (allocated_smaller, pfn_to_page ((guint64) f->plain)->owner.order = 1, page_of ((guint64) f->plain + 2), "is lost")
DAMAGE (allocated_reserved, SetPageReserved (pfn_to_page ((guint64) f->plain)), page_of ((guint64) f->plain), "but reserved")
DAMAGE (stray_tail, pfn_to_page ((guint64) f->plain + 1)->compound_head = (gulong) pfn_to_page ((guint64) f->plain) + 1,
        page_of ((guint64) f->plain + 1), "which is no compound page")
DAMAGE (compound_tail, pfn_to_page ((guint64) f->compound + 3)->compound_head = 0,
        page_of ((guint64) f->compound + 3), "does not point to it")
DAMAGE (compound_order, pfn_to_page ((guint64) f->compound + 1)->compound_order = 2,
        page_of ((guint64) f->compound), "with order 3 but says 2")
DAMAGE (compound_nr, pfn_to_page ((guint64) f->compound + 1)->compound_nr = 4, page_of ((guint64) f->compound), "(4 pages)")
DAMAGE (compound_single, SetPageHead (pfn_to_page ((guint64) f->single)), page_of ((guint64) f->single), "of a single page")
DAMAGE (kernel_unreserved, ClearPageReserved (pfn_to_page (4100)), page_of (4100), "belongs to the kernel")
DAMAGE (kernel_freed, set_page_count (pfn_to_page (4100), 0), page_of (4100), "0 references instead of 1")
DAMAGE (forgotten, pfn_to_page ((guint64) f->single)->owner.kind = OWNER_NONE, page_of ((guint64) f->single), "is lost")

DAMAGE (page_zone, set_page_links (pfn_to_page (f->free), ZONE_DMA, 0), page_of (f->free), "no zone that spans it")
DAMAGE (page_zone_wild, set_page_links (pfn_to_page (f->free), 7, 900), page_of (f->free), "no zone that spans it")
DAMAGE (present, f->zone->present_pages--, ZONE, "present_pages is")
DAMAGE (present_node, this_machine->node_data[0].node_present_pages++, mm_object (MM_OBJECT_NODE, 0), "node_present_pages")
DAMAGE (managed, f->zone->managed_pages++, ZONE, "managed_pages is")
DAMAGE (totalram, this_machine->totalram_pages--, mm_object (MM_OBJECT_MACHINE, 0), "totalram_pages")
DAMAGE (spanned, f->zone->spanned_pages = 5, ZONE, "more than spanned_pages")
DAMAGE (watermarks, f->zone->_watermark[WMARK_MIN] = f->zone->_watermark[WMARK_HIGH], ZONE, "not in order")
DAMAGE (lowmem_reserve, f->zone->lowmem_reserve[ZONE_DMA] = 1, ZONE, "lowmem_reserve[0]")
DAMAGE (lowmem_reserve_order, f->zone[-1].lowmem_reserve[ZONE_NORMAL] = 1,
        mm_object (MM_OBJECT_ZONE, zone_ref (0, ZONE_DMA)), "lowmem_reserve[2]")
DAMAGE (zone_pgdat, f->zone->zone_pgdat = NULL, ZONE, "zone_pgdat")
DAMAGE (zone_idx, f->zone->idx = 3, ZONE, "its index is 3")
DAMAGE (highatomic, f->zone->nr_reserved_highatomic = 5, ZONE, "nr_reserved_highatomic is 5")
DAMAGE (highatomic_unnoticed, this_machine->pageblock_flags[f->free >> pageblock_order] = MIGRATE_HIGHATOMIC, ZONE,
        "1 pageblocks are of that type")
DAMAGE (zonelist_order, swap_zones (), mm_object (MM_OBJECT_NODE, 0), "out of order")
DAMAGE (zonelist_short, this_machine->node_data[0].node_zonelists[0]._zonerefs[1].zone = NULL,
        mm_object (MM_OBJECT_NODE, 0), "has not the zones")
DAMAGE (zonelist_wild, this_machine->node_data[0].node_zonelists[1]._zonerefs[0].zone = (void *) 0x1234UL,
        mm_object (MM_OBJECT_NODE, 0), "leads to no zone")
DAMAGE (slot_page, this_machine->slots[0].value++, mm_object (MM_OBJECT_SLOT, 0), "which is not allocated")
DAMAGE (slot_wild, this_machine->slots[0].value = ~0UL, mm_object (MM_OBJECT_SLOT, 0), "which is not allocated")
DAMAGE (slot_order, this_machine->slots[0].order = 1, mm_object (MM_OBJECT_SLOT, 0), "with order 1")
DAMAGE (slot_state, this_machine->slots[0].state = 9, mm_object (MM_OBJECT_SLOT, 0), "state 9")
DAMAGE (slot_twice, this_machine->slots[50] = this_machine->slots[0], mm_object (MM_OBJECT_SLOT, 50), "noted for slot 0")

static const struct {
  const char *name;
  void (*run) (Fixture *f, gconstpointer data);
} damages[] = {
#define D(name) { "/mm/validate/" #name, damage_##name }
  D (ram_line), D (ram_line_waiting),
  D (nr_free), D (buddy_order), D (buddy_order_high), D (buddy_order_wild), D (buddy_flag), D (buddy_inside),
  D (free_refcount), D (free_tail_refcount), D (free_flags), D (free_mapping), D (free_mapped), D (free_owner),
  D (leaked), D (leaked_and_counted), D (lost), D (unanswered_next), D (unanswered_head), D (circle), D (wild_link),
  D (null_link), D (odd_link), D (double_link), D (wrong_list), D (allocated_on_list), D (unmerged),
  D (free_counter), D (free_difference), D (global_counter), D (difference_too_large), D (pageblock_type),
  D (pcp_count), D (pcp_count_negative), D (pcp_batch), D (pcp_free_factor), D (pcp_type), D (pcp_type_wild),
  D (pcp_order), D (pcp_owner), D (pcp_refcount), D (pcp_other_cpu), D (pcp_leaked), D (pcp_circle), D (pcp_buddy),
  D (allocated_unused), D (allocated_tail_used), D (allocated_order), D (allocated_misaligned), D (allocated_smaller),
  D (allocated_reserved), D (stray_tail), D (compound_tail), D (compound_order), D (compound_nr),
  D (compound_single), D (kernel_unreserved), D (kernel_freed), D (forgotten), D (page_zone), D (page_zone_wild),
  D (present), D (present_node), D (managed), D (totalram), D (spanned), D (watermarks), D (lowmem_reserve),
  D (lowmem_reserve_order), D (zone_pgdat), D (zone_idx), D (highatomic), D (highatomic_unnoticed),
  D (zonelist_order), D (zonelist_short), D (zonelist_wild), D (slot_page), D (slot_wild), D (slot_order),
  D (slot_state), D (slot_twice),
#undef D
};

/* ---- Readers and random damage ---- */

/* Bytes of mem_map are overwritten at random: nobody crashes, nobody hangs. */
static void
test_fuzzed (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint64 size = this_machine->max_pfn * sizeof (struct page);
  guint rounds = g_getenv ("PGW_UNDER_VALGRIND") != NULL ? 5 : 60;

  for (guint round = 0; round < rounds; round++)
    {
      for (guint i = 0; i < 200; i++)
        {
          guint64 *word = (guint64 *) (void *) ((char *) this_machine->mem_map
                                                + (guint64) g_rand_int (rand) * 8 % size);

          switch (g_rand_int_range (rand, 0, 4))
            {
            case 0:
              *word = 0;
              break;
            case 1:
              *word = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
              break;
            case 2:
              *word = (guint64) &this_machine->mem_map[g_rand_int (rand) % this_machine->max_pfn].lru;
              break;
            default:
              *word ^= 1UL << g_rand_int_range (rand, 0, 64);
            }
        }
      for (guint i = 0; i < 4; i++)
        this_machine->pageblock_flags[g_rand_int (rand) % 32] = (u8) g_rand_int (rand);
      g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
      read_everything ();
    }
}

static void
read_in_trace (guint32 id)
{
  static guint nth;

  if (nth++ % 23 == 0)
    read_everything ();
}

/* Readers come at every kind of moment, and leave no trace in the arena. */
static void
test_middle_of_operation (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *before = NULL;

  test_trace_callback = read_in_trace;
  for (guint i = 100; i < 160; i++)
    test_alloc (i, i % 5, i % 2 ? GFP_KERNEL : GFP_HIGHUSER_MOVABLE | __GFP_COMP);
  for (guint i = 100; i < 160; i++)
    test_free (i);
  test_trace_callback = NULL;
  test_assert_valid ();

  before = g_memdup2 (this_machine, this_machine->layout.ram);
  read_everything ();
  mm_validate (this_machine, NULL, NULL);
  g_assert_cmpmem (before, this_machine->layout.ram, this_machine, this_machine->layout.ram);
}

/* A copy of an arena can be read like the arena. */
static void
test_copy (Fixture *f, gconstpointer data)
{
  struct machine *copy = g_memdup2 (this_machine, this_machine->layout.size);
  struct view_zone ours = test_zone (DMA32), theirs;
  static char one[65536], two[65536];

  memset (this_machine->mem_map, 0, 4096);
  g_assert_cmpuint (mm_validate (copy, NULL, NULL), ==, 0);
  g_assert_true (view_zone (copy, DMA32, &theirs));
  g_assert_cmpmem (&ours, sizeof ours, &theirs, sizeof theirs);
  g_assert_cmpint (view_proc (copy, "pagetypeinfo", one, sizeof one), >, 0);
  view_proc (this_machine, "pagetypeinfo", two, sizeof two);
  g_assert_cmpstr (one, ==, two);
  g_free (copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    g_test_add (damages[i].name, Fixture, NULL, set_up, damages[i].run, tear_down);
  g_test_add ("/mm/validate/fuzzed", Fixture, NULL, set_up, test_fuzzed, tear_down);
  g_test_add ("/mm/validate/middle-of-operation", Fixture, NULL, set_up, test_middle_of_operation, tear_down);
  g_test_add ("/mm/validate/copy", Fixture, NULL, set_up, test_copy, tear_down);
  return g_test_run ();
}
