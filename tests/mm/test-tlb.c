/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLB by itself: sets and ways, who is thrown out, tags, global entries, flushes and what is
 * counted; and a long random run against a model that forgets nothing by itself.
 */
#include <glib.h>
#include <string.h>

#include "mm/hw/mmu.h"

static struct tlb
make_tlb (guint sets,
          guint ways)
{
  struct tlb tlb = { 0 };

  tlb.sets = sets;
  tlb.ways = ways;
  tlb.entries = g_new0 (struct tlb_entry, sets * ways);
  return tlb;
}

static guint64
page (guint64 number)
{
  return number << 12;
}

static void
insert (struct tlb *tlb,
        guint64     number,
        guint16     pcid)
{
  tlb_insert (tlb, page (number), page (number + 1000), MMU_PTE_PRESENT, pcid, FALSE);
}

static gboolean
has (struct tlb *tlb,
     guint64     number,
     guint16     pcid)
{
  return tlb_lookup (tlb, page (number), pcid) != NULL;
}

static void
test_counts (void)
{
  struct tlb tlb = make_tlb (4, 2);

  g_assert_false (has (&tlb, 7, 1));
  insert (&tlb, 7, 1);
  g_assert_true (has (&tlb, 7, 1));
  g_assert_false (has (&tlb, 7, 2));
  g_assert_false (has (&tlb, 3, 1));
  g_assert_cmpuint (tlb.hits, ==, 1);
  g_assert_cmpuint (tlb.misses, ==, 3);
  g_assert_cmpuint (tlb_lookup (&tlb, page (7) + 0x123, 1)->pfn, ==, 1007);
  g_free (tlb.entries);
}

/* A set has so many ways; the least recently used one goes; other sets are not touched. */
static void
test_replacement (void)
{
  struct tlb tlb = make_tlb (4, 2);

  insert (&tlb, 0, 1);
  g_assert_true (has (&tlb, 0, 1));
  insert (&tlb, 4, 1);
  g_assert_true (has (&tlb, 4, 1));
  insert (&tlb, 1, 1);
  g_assert_true (has (&tlb, 0, 1));
  insert (&tlb, 8, 1);
  g_assert_true (has (&tlb, 0, 1));
  g_assert_false (has (&tlb, 4, 1));
  g_assert_true (has (&tlb, 8, 1));
  g_assert_true (has (&tlb, 1, 1));
  /* A page that is known already does not take a second way. */
  insert (&tlb, 8, 1);
  g_assert_true (has (&tlb, 0, 1));
  g_free (tlb.entries);
}

static void
test_global (void)
{
  struct tlb tlb = make_tlb (4, 2);

  tlb_insert (&tlb, page (5), page (50), MMU_PTE_PRESENT | MMU_PTE_GLOBAL, 1, FALSE);
  insert (&tlb, 6, 1);
  g_assert_true (has (&tlb, 5, 2));
  tlb_flush_pcid (&tlb, 1);
  g_assert_true (has (&tlb, 5, 1));
  g_assert_false (has (&tlb, 6, 1));
  tlb_flush_all (&tlb, FALSE);
  g_assert_true (has (&tlb, 5, 1));
  tlb_flush_all (&tlb, TRUE);
  g_assert_false (has (&tlb, 5, 1));
  /* A page is flushed whoever's it is. */
  tlb_insert (&tlb, page (5), page (50), MMU_PTE_PRESENT | MMU_PTE_GLOBAL, 1, FALSE);
  tlb_flush_page (&tlb, page (5), 3);
  g_assert_false (has (&tlb, 5, 1));
  g_assert_cmpuint (tlb.flushes, ==, 4);
  g_assert_cmpuint (tlb.flushed_entries, ==, 3);
  g_free (tlb.entries);
}

static void
test_huge (void)
{
  struct tlb tlb = make_tlb (4, 2);

  tlb_insert (&tlb, page (512 * 3 + 17), page (512 * 9), MMU_PTE_PRESENT, 1, TRUE);
  insert (&tlb, 512 * 3 + 18, 1);
  g_assert_true (has (&tlb, 512 * 3, 1));
  g_assert_true (has (&tlb, 512 * 3 + 511, 1));
  g_assert_false (has (&tlb, 512 * 4, 1));
  /* Flushing one page takes the huge translation and the small one that lies in it. */
  tlb_flush_page (&tlb, page (512 * 3 + 18), 1);
  g_assert_false (has (&tlb, 512 * 3 + 18, 1));
  g_assert_false (has (&tlb, 512 * 3, 1));
  g_assert_cmpuint (tlb.flushed_entries, ==, 2);
  g_free (tlb.entries);
}

/* The model knows, for each page and PCID, what was inserted last and not flushed since. */
#define PAGES 64
#define PCIDS 4

static void
test_random (void)
{
  for (guint seed = 1; seed <= 20; seed++)
    {
      GRand *rand = g_rand_new_with_seed (seed);
      struct tlb tlb = make_tlb (1u << g_rand_int_range (rand, 0, 5), g_rand_int_range (rand, 1, 9));
      guint64 model[PCIDS][PAGES] = { 0 };
      guint64 hits = 0, lookups = 0;

      for (guint i = 0; i < 20000; i++)
        {
          guint64 number = g_rand_int_range (rand, 0, PAGES);
          guint16 pcid = g_rand_int_range (rand, 0, PCIDS);
          struct tlb_entry *found;

          switch (g_rand_int_range (rand, 0, 20))
            {
            case 0:
              tlb_flush_page (&tlb, page (number), pcid);
              model[pcid][number] = 0;
              break;
            case 1:
              if (g_rand_int_range (rand, 0, 10) == 0)
                {
                  tlb_flush_pcid (&tlb, pcid);
                  memset (model[pcid], 0, sizeof model[pcid]);
                }
              break;
            case 2: case 3: case 4: case 5: case 6:
              model[pcid][number] = i + 1;
              tlb_insert (&tlb, page (number), page (i + 1), MMU_PTE_PRESENT, pcid, FALSE);
              break;
            default:
              found = tlb_lookup (&tlb, page (number), pcid);
              lookups++;
              hits += found != NULL;
              if (found)
                g_assert_cmpuint (found->pfn, ==, model[pcid][number]);
              break;
            }
        }
      g_assert_cmpuint (tlb.hits, ==, hits);
      g_assert_cmpuint (tlb.hits + tlb.misses, ==, lookups);
      g_assert_cmpuint (hits, >, 0);
      g_free (tlb.entries);
      g_rand_free (rand);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tlb/counts", test_counts);
  g_test_add_func ("/tlb/replacement", test_replacement);
  g_test_add_func ("/tlb/global", test_global);
  g_test_add_func ("/tlb/huge", test_huge);
  g_test_add_func ("/tlb/random", test_random);
  return g_test_run ();
}
