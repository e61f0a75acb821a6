/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event catalogue and the narration: every event has its sentences, every
 * sentence can be filled in in every language, and values read as they should.
 */
#include "config.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "src/engine/pgw-narration-private.h"

static PgwEvent
make_event (guint id, guint64 a, guint64 b, guint64 c, guint64 d)
{
  PgwEvent event = { .id = id, .op = 5, .arg = { a, b, c, d } };

  return event;
}

static void
test_every_event_has_an_entry (void)
{
  guint n_entries;
  const PgwNarrationEntry *entries = pgw_narration_entries (&n_entries);

  for (guint id = 1; id < NR_TRACE_EVENTS; id++)
    {
      const PgwNarrationEntry *last = NULL;

      for (guint i = 0; i < n_entries; i++)
        if (entries[i].event == id)
          {
            /* Nothing may stand behind the entry that always holds: it would never be used. */
            g_assert_true (last == NULL || !g_str_equal (last->condition, "always"));
            last = &entries[i];
          }
      if (last == NULL)
        g_error ("%s has no narration", pgw_event_type (id)->name);
      g_assert_cmpstr (last->condition, ==, "always");
    }
}

static void
assert_fills (const char *sentence, const PgwEvent *event)
{
  g_autofree char *unknown = NULL;
  g_autofree char *text = pgw_narration_fill (sentence, event, &unknown);

  if (text == NULL)
    g_error ("%s has no field for {%s} in “%s”", pgw_event_type (event->id)->name, unknown, sentence);
  g_assert_cmpuint (strlen (text), >, 0);
  g_assert_null (strpbrk (text, "{}"));
}

static void
test_every_placeholder_is_valid (gconstpointer data)
{
  gboolean translated = GPOINTER_TO_INT (data);
  guint n_entries;
  const PgwNarrationEntry *entries = pgw_narration_entries (&n_entries);

  if (translated)
    g_setenv ("LANGUAGE", "zh_CN", TRUE);
  setlocale (LC_ALL, "");       /* makes gettext look at LANGUAGE anew */

  for (guint i = 0; i < n_entries; i++)
    {
      PgwEvent event = make_event (entries[i].event, 3, 3, 3, 3);
      const char *const sentences[] = { entries[i].headline, entries[i].what, entries[i].why };

      for (guint j = 0; j < G_N_ELEMENTS (sentences); j++)
        {
          const char *sentence = g_dgettext (GETTEXT_PACKAGE, sentences[j]);

          if (translated && sentence == sentences[j])
            g_error ("not translated: %s", sentence);
          assert_fills (sentence, &event);
        }
    }
  g_unsetenv ("LANGUAGE");
  setlocale (LC_ALL, "");
}

static void
test_bad_placeholders (void)
{
  PgwEvent event = make_event (TRACE_mm_page_free, 0x1a3, 2, 0, 0);
  static const char *const bad[] = { "{nonsense}", "{size:pfn}", "{colour:order}", "{}", "{:order}", "{order:}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *unknown = NULL;

      g_assert_null (pgw_narration_fill (bad[i], &event, &unknown));
      g_assert_nonnull (unknown);
    }
}

static void
assert_headline (const PgwEvent *event, const char *expected)
{
  g_autoptr (PgwNarration) narration = pgw_narrate (NULL, event);

  g_assert_cmpstr (narration->headline, ==, expected);
  g_assert_cmpuint (strlen (narration->what), >, 0);
  g_assert_cmpuint (strlen (narration->why), >, 0);
}

static void
test_variants (void)
{
  PgwEvent last = make_event (TRACE_expand, 0x1a0, trace_pack (4, 3), 1, 0x1a8);
  PgwEvent first = make_event (TRACE_expand, 0x1a0, trace_pack (8, 3), 1, 0x220);
  PgwEvent failed = make_event (TRACE_mm_page_alloc, G_MAXUINT64, trace_pack (0, 1), 0xcc0, 0);
  PgwEvent page = make_event (TRACE_mm_page_alloc, 0x1a3, trace_pack (0, 1), 0xcc0, 0);
  PgwEvent block = make_event (TRACE_mm_page_alloc, 0x1a0, trace_pack (3, 1), 0xcc0, 0);
  PgwEvent no_memory = make_event (TRACE_op_end, 7, (guint64) -ENOMEM, 0, 0);
  PgwEvent refused = make_event (TRACE_op_end, 7, (guint64) -EINVAL, 0, 0);
  PgwEvent done = make_event (TRACE_op_end, 7, 0x1a3, 0, 0);
  PgwEvent taken = make_event (TRACE_page_ref_mod, 0x1a3, trace_pack (1, 2), 0, 0);
  PgwEvent dropped = make_event (TRACE_page_ref_mod, 0x1a3, trace_pack ((u32) -1, 1), 0, 0);
  PgwEvent last_ref = make_event (TRACE_page_ref_mod, 0x1a3, trace_pack ((u32) -1, 0), 0, 0);
  PgwEvent no_zone = make_event (TRACE_alloc_pages_bulk, 0, trace_pack (5, G_MAXUINT32), 0, 0);
  PgwEvent bug = make_event (TRACE_vm_bug, G_MAXUINT64, 12, 0, 0);

  assert_headline (&last, "Split a block of order 4: the last halving");
  assert_headline (&first, "Split a block of order 8");
  assert_headline (&failed, "The request failed");
  assert_headline (&page, "Page 0x1a3 is handed out");
  assert_headline (&block, "The block at 0x1a0 is handed out");
  assert_headline (&no_memory, "Operation 8 found no memory");
  assert_headline (&refused, "Operation 8 failed");
  assert_headline (&done, "Operation 8 is done");
  assert_headline (&taken, "Take a reference to page 0x1a3");
  assert_headline (&dropped, "Drop a reference to page 0x1a3");
  assert_headline (&last_ref, "Drop the last reference to page 0x1a3");
  assert_headline (&no_zone, "A bulk request for 5 pages, one by one");
  assert_headline (&bug, "The kernel found a bug in itself");
}

static void
test_values_in_sentences (void)
{
  PgwEvent merge = make_event (TRACE_merge_buddy, 0x1a0, 0x1a8, trace_pack (3, 1), 0);
  PgwEvent one = make_event (TRACE_free_pcppages_bulk, trace_pack (2, 1), trace_pack (4, 0), 0, 0);
  PgwEvent many = make_event (TRACE_free_pcppages_bulk, trace_pack (2, 63), trace_pack (4, 0), 0, 0);
  g_autoptr (PgwNarration) merged = pgw_narrate (NULL, &merge);
  g_autoptr (PgwNarration) of_one = pgw_narrate (NULL, &one);
  g_autoptr (PgwNarration) of_many = pgw_narrate (NULL, &many);

  g_assert_cmpstr (merged->headline, ==, "Merge 0x1a0 and 0x1a8 into order 4");
  g_assert_cmpstr (merged->what, ==, "Two free blocks of order 3 become one of 64 KiB.");
  g_assert_cmpstr (merged->function, ==, "__free_one_page");
  g_assert_nonnull (strstr (of_one->what, "moves up to 1 page from"));
  g_assert_nonnull (strstr (of_many->what, "moves up to 63 pages from"));
  g_assert_nonnull (strstr (of_many->headline, "Node 0, zone Normal"));
}

static void
test_unknown_event (void)
{
  PgwEvent event = make_event (NR_TRACE_EVENTS, 0, 0, 0, 0);
  g_autoptr (PgwNarration) narration = pgw_narrate (NULL, &event);

  g_assert_null (pgw_event_type (NR_TRACE_EVENTS));
  g_assert_null (pgw_event_type (TRACE_none));
  g_assert_nonnull (narration->headline);
  g_assert_cmpuint (pgw_event_subject (&event), ==, 0);
}

static void
test_catalogue (void)
{
  const PgwEventType *type = pgw_event_type (TRACE_expand);

  g_assert_cmpstr (type->name, ==, "expand");
  g_assert_true (type->overview);
  g_assert_cmpuint (type->n_fields, ==, 5);
  g_assert_false (pgw_event_type (TRACE_del_page_from_free_list)->overview);
  g_assert_cmpuint (pgw_event_type_by_name ("no_such_event"), ==, 0);
  for (guint id = 1; id < NR_TRACE_EVENTS; id++)
    {
      const PgwEventType *each = pgw_event_type (id);

      g_assert_cmpuint (pgw_event_type_by_name (each->name), ==, id);
      for (guint i = 0; i < each->n_fields; i++)
        {
          g_assert_cmpuint (each->fields[i].word, <=, 3);
          g_assert_true (pgw_event_type_get_field (each, each->fields[i].name) == &each->fields[i]);
          /* No two fields share bits. */
          for (guint j = 0; j < i; j++)
            g_assert_true (each->fields[i].word != each->fields[j].word ||
                           (each->fields[i].half != 0 && each->fields[j].half != 0 &&
                            each->fields[i].half != each->fields[j].half));
        }
    }
}

static void
assert_text (const PgwEvent *event, const char *expected)
{
  g_autofree char *text = pgw_event_to_text (event);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_event_text (void)
{
  PgwEvent expand = make_event (TRACE_expand, 0x1a0, trace_pack (8, 3), 1, 0x220);
  PgwEvent end = make_event (TRACE_op_end, 7, (guint64) -ENOMEM, 0, 0);
  PgwEvent ref = make_event (TRACE_page_ref_mod, 0x10, trace_pack ((u32) -1, 1), 0, 0);
  PgwEvent bulk;
  PgwEvent add = make_event (TRACE_add_to_free_list, 0x20, trace_pack (3, 0), trace_pack (zone_ref (1, 2), 1), 0);

  bulk = make_event (TRACE_alloc_pages_bulk, 0, trace_pack (5, G_MAXUINT32), 0, 0);
  assert_text (&expand, "expand pfn 0x1a0 high 8 low 3 migratetype Movable right 0x220");
  assert_text (&end, "op_end op 8 result -ENOMEM");
  assert_text (&ref, "page_ref_mod pfn 0x10 delta -1 count 1");
  assert_text (&bulk, "alloc_pages_bulk gfp none requested 5 zone none");
  assert_text (&add, "add_to_free_list pfn 0x20 order 3 migratetype Unmovable zone 1:Normal tail yes");
}

static void
test_subjects (void)
{
  PgwEvent free_page = make_event (TRACE_mm_page_free, 0x1a3, 0, 0, 0);
  PgwEvent failed = make_event (TRACE_mm_page_alloc, G_MAXUINT64, 0, 0, 0);
  PgwEvent convert = make_event (TRACE_set_pageblock_migratetype, 0x3a3, 0, 1, 0);
  PgwEvent drain = make_event (TRACE_drain_pages_zone, trace_pack (2, 1), 9, 0, 0);
  PgwEvent marks = make_event (TRACE_setup_per_zone_wmarks, 10, 1, 2, 3);
  PgwEvent end = make_event (TRACE_op_end, 7, 0, 0, 0);
  PgwEvent tune = make_event (TRACE_set_tunable, 0, 0, 0, 0);

  g_assert_cmphex (pgw_event_subject (&free_page), ==, mm_object (MM_OBJECT_PAGE, 0x1a3));
  g_assert_cmphex (pgw_event_subject (&failed), ==, mm_object (MM_OBJECT_OP, 5));
  g_assert_cmphex (pgw_event_subject (&convert), ==, mm_object (MM_OBJECT_PAGEBLOCK, 0x200));
  g_assert_cmphex (pgw_event_subject (&drain), ==, mm_zone_object (MM_OBJECT_PCP, 2, 1));
  g_assert_cmphex (pgw_event_subject (&marks), ==, mm_object (MM_OBJECT_ZONE, 10));
  g_assert_cmphex (pgw_event_subject (&end), ==, mm_object (MM_OBJECT_OP, 7));
  g_assert_cmphex (pgw_event_subject (&tune), ==, mm_object (MM_OBJECT_MACHINE, 0));
}

static void
test_sizes (void)
{
  g_autofree char *page = pgw_order_size_text (0);
  g_autofree char *largest = pgw_order_size_text (10);
  g_autofree char *huge = pgw_order_size_text (18);

  g_assert_cmpstr (page, ==, "4 KiB");
  g_assert_cmpstr (largest, ==, "4 MiB");
  g_assert_cmpstr (huge, ==, "1 GiB");
}

int
main (int argc, char **argv)
{
  const char *localedir = g_getenv ("PAGEWALK_LOCALEDIR");

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  if (localedir != NULL)
    bindtextdomain (GETTEXT_PACKAGE, localedir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  g_test_add_func ("/catalogue/consistent", test_catalogue);
  g_test_add_func ("/catalogue/text", test_event_text);
  g_test_add_func ("/catalogue/subjects", test_subjects);
  g_test_add_func ("/catalogue/sizes", test_sizes);
  g_test_add_func ("/narration/complete", test_every_event_has_an_entry);
  g_test_add_data_func ("/narration/placeholders/en", GINT_TO_POINTER (FALSE), test_every_placeholder_is_valid);
  g_test_add_data_func ("/narration/placeholders/zh", GINT_TO_POINTER (TRUE), test_every_placeholder_is_valid);
  g_test_add_func ("/narration/bad-placeholders", test_bad_placeholders);
  g_test_add_func ("/narration/variants", test_variants);
  g_test_add_func ("/narration/values", test_values_in_sentences);
  g_test_add_func ("/narration/unknown", test_unknown_event);

  return g_test_run ();
}
