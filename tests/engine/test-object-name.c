/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects are named in the reader's language, and no kind of object is left
 * out.
 */
#include "config.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "src/engine/pgw-object-name.h"
#include "timeline-support.h"

static void
set_language (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  setlocale (LC_ALL, "");       /* makes gettext look at LANGUAGE anew */
}

static void
assert_name (PgwTimeline *timeline, mm_object_t object, const char *english, const char *chinese)
{
  const struct machine *machine = pgw_timeline_get_machine (timeline);
  g_autofree char *name = pgw_object_name (machine, object);
  g_autofree char *translated = NULL;

  g_assert_cmpstr (name, ==, english);
  set_language ("zh_CN");
  translated = pgw_object_name (machine, object);
  set_language ("");
  g_assert_cmpstr (translated, ==, chinese);
}

static void
test_names (void)
{
  g_autoptr (PgwTimeline) timeline = new_empty (1000, 100000);

  assert_name (timeline, mm_object (MM_OBJECT_PAGE, 0x1a3), "page 0x1a3", "页 0x1a3");
  assert_name (timeline, mm_object (MM_OBJECT_OP, 6), "operation 7", "操作 7");
  assert_name (timeline, mm_zone_object (MM_OBJECT_PCP, zone_ref (0, 2), 1), "Node 0, zone Normal, CPU 1",
               "节点 0，内存区 Normal，CPU 1");
  assert_name (timeline, mm_zone_object (MM_OBJECT_FREE_AREA, zone_ref (0, 2), 3), "Node 0, zone Normal, free_area[3]",
               "节点 0，内存区 Normal，free_area[3]");
  assert_name (timeline, 0, "", "");
}

/* A part is a single name of the kernel's, as "free_area[3]", or translators have it. */
static gboolean
is_translatable (const char *part)
{
  const char *phrase = pgw_object_name_find_phrase (part, NULL);

  if (phrase == NULL && strchr (part, ' ') != NULL)
    g_test_message ("pgw-object-name.c has no phrase for “%s”", part);
  else if (phrase != NULL && g_dgettext (GETTEXT_PACKAGE, phrase) == phrase)
    g_test_message ("not translated: %s", phrase);
  else
    return TRUE;
  return FALSE;
}

static void
test_every_kind (void)
{
  g_autoptr (PgwTimeline) timeline = new_empty (1000, 100000);
  gboolean good = TRUE;

  set_language ("zh_CN");
  for (guint kind = MM_OBJECT_NONE + 1; kind < NR_MM_OBJECT_KINDS; kind++)
    {
      /* An entry of a page table has a level. */
      mm_object_t object = kind == MM_OBJECT_PTE ? mm_pte_object (1, 0x400000, 1) : mm_object (kind, 0);
      g_auto (GStrv) parts = NULL;
      char name[128];

      g_assert_cmpuint (view_object_name (pgw_timeline_get_machine (timeline), object, name, sizeof name), >, 0);
      parts = g_strsplit (name, ", ", -1);
      for (guint i = 0; parts[i] != NULL; i++)
        good &= is_translatable (parts[i]);
    }
  set_language ("");
  g_assert_true (good);
}

/* Every part of the address space has a phrase that translators see. */
static void
test_regions (void)
{
  struct view_region regions[32];
  guint n = view_regions (regions, G_N_ELEMENTS (regions));

  g_assert_cmpuint (n, >, 10);
  g_assert_cmpuint (n, <=, G_N_ELEMENTS (regions));
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (pgw_region_find_phrase (regions[i].name), ==, regions[i].name);
  g_assert_nonnull (pgw_region_find_phrase (view_address_region (0xffffebffffffffffull)));
  g_assert_null (pgw_region_find_phrase ("nowhere"));
  g_assert_cmpstr (pgw_region_name ("nowhere"), ==, "nowhere");
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

  g_test_add_func ("/object-name/names", test_names);
  g_test_add_func ("/object-name/every-kind", test_every_kind);
  g_test_add_func ("/object-name/regions", test_regions);
  return g_test_run ();
}
