/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of masks and numbers, there and back, against facts of Linux 6.1; and
 * the core's printf() against that of the C library.
 */
#include <glib.h>
#include <string.h>

#include "mm/internal.h"
#include "mm/seq_file.h"
#include "mm/view.h"

static void
assert_gfp (gfp_t gfp, const char *expected)
{
  char text[512];
  gfp_t back;

  g_assert_cmpuint (view_gfp (gfp, text, sizeof text), ==, strlen (expected));
  g_assert_cmpstr (text, ==, expected);
  g_assert_true (view_parse_gfp (text, &back, NULL));
  g_assert_cmphex (back, ==, gfp);
}

/* Numbers as in the recordings of a real kernel; names as its traces print them. */
static void
test_gfp_names (void)
{
  assert_gfp (0, "none");
  assert_gfp (0xcc0, "GFP_KERNEL");
  assert_gfp (0xdc0, "GFP_KERNEL|__GFP_ZERO");
  assert_gfp (0xa20, "GFP_ATOMIC");
  assert_gfp (0x800, "GFP_NOWAIT");
  assert_gfp (0xc00, "GFP_NOIO");
  assert_gfp (0xc40, "GFP_NOFS");
  assert_gfp (0x100cc0, "GFP_USER");
  assert_gfp (0x100cc2, "GFP_HIGHUSER");
  assert_gfp (0x100cca, "GFP_HIGHUSER_MOVABLE");
  assert_gfp (0x1c20ca, "GFP_TRANSHUGE_LIGHT");
  assert_gfp (0x1c24ca, "GFP_TRANSHUGE");
  assert_gfp (0x400cc0, "GFP_KERNEL_ACCOUNT");
  assert_gfp (0x40cc0, "GFP_KERNEL|__GFP_COMP");
  assert_gfp (0x1, "GFP_DMA");
  assert_gfp (0x4, "GFP_DMA32");
  assert_gfp (0x400, "__GFP_DIRECT_RECLAIM");
  assert_gfp (0x52cc0, "GFP_KERNEL|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP");
  assert_gfp (0x2000000, "0x2000000");
  assert_gfp (0x2000cc0, "GFP_KERNEL|0x2000000");
}

static void
test_gfp_roundtrip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 20000; i++)
    {
      gfp_t gfp = g_rand_int (rand) & g_rand_int (rand) & __GFP_BITS_MASK, back;
      char text[512], cut[20];
      size_t length = view_gfp (gfp, text, sizeof text);

      g_assert_cmpuint (length, ==, strlen (text));
      g_assert_true (view_parse_gfp (text, &back, NULL));
      g_assert_cmphex (back, ==, gfp);

      g_assert_cmpuint (view_gfp (gfp, cut, sizeof cut), ==, length);
      g_assert_cmpuint (strlen (cut), ==, MIN (length, sizeof cut - 1));
      g_assert_true (strncmp (cut, text, strlen (cut)) == 0);
    }
}

static void
assert_bad_gfp (const char *text, gsize at)
{
  const char *bad = NULL;
  gfp_t gfp;

  g_assert_false (view_parse_gfp (text, &gfp, &bad));
  g_assert_true (bad == text + at);
  g_assert_false (view_parse_gfp (text, &gfp, NULL));
}

static void
test_gfp_parse (void)
{
  gfp_t gfp;

  g_assert_true (view_parse_gfp (" GFP_KERNEL | __GFP_ZERO ", &gfp, NULL));
  g_assert_cmphex (gfp, ==, 0xdc0);
  g_assert_true (view_parse_gfp ("__GFP_DMA|__GFP_DMA32", &gfp, NULL));
  g_assert_cmphex (gfp, ==, 5);
  g_assert_true (view_parse_gfp ("0xcc0", &gfp, NULL));
  g_assert_cmphex (gfp, ==, 0xcc0);

  assert_bad_gfp ("", 0);
  assert_bad_gfp ("GFP_KERNE", 0);
  assert_bad_gfp ("GFP_KERNELS", 0);
  assert_bad_gfp ("gfp_kernel", 0);
  assert_bad_gfp ("GFP_KERNEL|", 11);
  assert_bad_gfp ("GFP_KERNEL||__GFP_ZERO", 11);
  assert_bad_gfp ("GFP_KERNEL __GFP_ZERO", 11);
  assert_bad_gfp ("GFP_KERNEL|FOO", 11);
  assert_bad_gfp ("none|GFP_KERNEL", 0);
  assert_bad_gfp ("0x", 0);
  assert_bad_gfp ("0xg", 0);
  assert_bad_gfp ("0x8000000", 0);
  assert_bad_gfp ("0xffffffff00000000", 0);
  assert_bad_gfp ("-1", 0);
}

static void
test_flags (void)
{
  char text[512];

  view_alloc_flags (0x901, text, sizeof text);
  g_assert_cmpstr (text, ==, "ALLOC_WMARK_LOW|ALLOC_NOFRAGMENT|ALLOC_KSWAPD");
  view_alloc_flags (0x0, text, sizeof text);
  g_assert_cmpstr (text, ==, "ALLOC_WMARK_MIN");
  view_alloc_flags (0x30, text, sizeof text);
  g_assert_cmpstr (text, ==, "ALLOC_WMARK_MIN|ALLOC_NON_BLOCK|ALLOC_MIN_RESERVE");
  view_alloc_flags (0x4, text, sizeof text);
  g_assert_cmpstr (text, ==, "ALLOC_NO_WATERMARKS");

  g_assert_cmpuint (view_page_flags (0, text, sizeof text), ==, 0);
  g_assert_cmpstr (text, ==, "");
  view_page_flags (1UL << 12 | 1UL << 16, text, sizeof text);
  g_assert_cmpstr (text, ==, "reserved head");
  view_page_flags (0x1fffff, text, sizeof text);
  g_assert_cmpstr (text, ==,
                   "locked referenced uptodate dirty lru active workingset waiters error slab "
                   "owner_priv_1 arch_1 reserved private private_2 writeback head mappedtodisk "
                   "reclaim swapbacked unevictable");
}

static void
test_numbers (void)
{
  g_assert_cmpstr (view_migratetype_name (3), ==, "HighAtomic");
  g_assert_cmpstr (view_migratetype_name (5), ==, "?");
  g_assert_cmpstr (view_zone_name (1), ==, "DMA32");
  g_assert_cmpstr (view_zone_name (4), ==, "Device");
  g_assert_cmpstr (view_zone_name (5), ==, "?");
  g_assert_cmpstr (view_errno_name (-12), ==, "ENOMEM");
  g_assert_cmpstr (view_errno_name (-22), ==, "EINVAL");
  g_assert_cmpstr (view_errno_name (12), ==, "?");
  g_assert_cmpstr (view_tunable_name (TUNABLE_min_free_kbytes), ==, "min_free_kbytes");
  g_assert_cmpstr (view_tunable_name (NR_TUNABLES), ==, "?");
  g_assert_cmpstr (view_op_name (OP_alloc_pages), ==, "alloc_pages");
  g_assert_cmpstr (view_op_name (NR_MM_OPS), ==, "?");
  for (guint kind = 0; kind < NR_VIEW_PAGE_KINDS; kind++)
    g_assert_cmpstr (view_page_kind_name (kind), !=, "?");
  g_assert_cmpstr (view_page_kind_name (NR_VIEW_PAGE_KINDS), ==, "?");
  for (guint pindex = 0; pindex < VIEW_NR_PCP; pindex++)
    g_assert_cmpuint (order_to_pindex ((int) view_pindex_migratetype (pindex), view_pindex_order (pindex)),
                      ==, pindex);
  g_assert_cmpuint (view_pindex_order (13), ==, 9);
  g_assert_cmpuint (view_pindex_migratetype (13), ==, MIGRATE_MOVABLE);
  g_assert_cmpuint (view_pindex_order (11), ==, 3);
  g_assert_cmpuint (view_pindex_migratetype (11), ==, MIGRATE_RECLAIMABLE);
}

#define ASSERT_SAME_FORMAT(...)                                          \
  G_STMT_START {                                                         \
    char ours_[256], theirs_[256];                                       \
    int length_ = g_snprintf (theirs_, sizeof theirs_, __VA_ARGS__);     \
    g_assert_cmpuint (seq_format (ours_, sizeof ours_, __VA_ARGS__), ==, length_); \
    g_assert_cmpstr (ours_, ==, theirs_);                                \
  } G_STMT_END

static void
test_seq_file (void)
{
  static const long numbers[] = { 0, 1, -1, 9, 10, 99999, -123456, 0x7fffffffL, -0x80000000L,
                                  0x7fffffffffffffffL, -0x7fffffffffffffffL - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      long n = numbers[i];

      ASSERT_SAME_FORMAT ("%ld|%lu|%lx", n, (unsigned long) n, (unsigned long) n);
      ASSERT_SAME_FORMAT ("%6ld|%-6ld|%06ld|%12lu", n, n, n, (unsigned long) n);
      if (n != 0)
        ASSERT_SAME_FORMAT ("%#lx|%#18lx|%#018lx", (unsigned long) n, (unsigned long) n, (unsigned long) n);
      ASSERT_SAME_FORMAT ("%18lx|%-18lx|%018lx", (unsigned long) n, (unsigned long) n, (unsigned long) n);
      ASSERT_SAME_FORMAT ("%d|%i|%u|%x|%8d", (int) n, (int) n, (unsigned) n, (unsigned) n, (int) n);
    }
  ASSERT_SAME_FORMAT ("%s|%8s|%-8s|%.3s|%8.3s|%%|%c", "Normal", "DMA", "DMA", "Movable", "Movable", 'x');
  ASSERT_SAME_FORMAT ("%-43s ", "Free pages count per migrate type at order");

  {
    char small[4] = "zzz";

    g_assert_cmpuint (seq_format (small, sizeof small, "%#x", 0), ==, 3);
    g_assert_cmpstr (small, ==, "0x0");
    g_assert_cmpuint (seq_format (small, sizeof small, "%s", "longer"), ==, 6);
    g_assert_cmpstr (small, ==, "lon");
    g_assert_cmpuint (seq_format (NULL, 0, "%s", "longer"), ==, 6);
    g_assert_cmpuint (seq_format (small, 1, "%s", "longer"), ==, 6);
    g_assert_cmpstr (small, ==, "");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/names/gfp", test_gfp_names);
  g_test_add_func ("/mm/names/gfp-roundtrip", test_gfp_roundtrip);
  g_test_add_func ("/mm/names/gfp-parse", test_gfp_parse);
  g_test_add_func ("/mm/names/flags", test_flags);
  g_test_add_func ("/mm/names/numbers", test_numbers);
  g_test_add_func ("/mm/names/seq-file", test_seq_file);
  return g_test_run ();
}
