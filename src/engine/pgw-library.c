/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads data/library.json and the titles of the scenarios it names.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-library.h"
#include "pgw-scenario-private.h"

static void
item_free (gpointer data)
{
  PgwLibraryItem *item = data;

  g_free (item->section);
  g_free (item->path);
  g_free (item);
}

static void
add_item (GPtrArray *items, const char *section, const char *folder, const char *name)
{
  PgwLibraryItem *item = g_new (PgwLibraryItem, 1);

  item->section = g_strdup (section);
  item->path = g_build_filename (folder, name, NULL);
  g_ptr_array_add (items, item);
}

/* Moves a section's files from `names` to `items`; a file that is not there is passed over. */
static gboolean
read_section (GPtrArray         *items,
              GHashTable        *names,
              const char        *folder,
              PgwJsonSource     *source,
              const PgwJsonNode *node,
              GError           **error)
{
  static const char *const keys[] = { "title", "scenarios", NULL };
  const PgwJsonNode *title, *scenarios;
  PgwText text = { 0 };
  gboolean good = TRUE;

  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, node, _("a section {\"title\": ..., \"scenarios\": [...]}"), error);
  if (!pgw_json_check_keys (source, node, keys, error))
    return FALSE;
  title = pgw_json_member (node, "title");
  scenarios = pgw_json_member (node, "scenarios");
  if (title == NULL || scenarios == NULL)
    return pgw_json_fail_missing (source, node, title ? "scenarios" : "title", error);
  if (scenarios->type != PGW_JSON_ARRAY)
    return pgw_json_fail_expected (source, scenarios, _("an array of names of files"), error);
  if (!pgw_text_read (&text, source, title, error))
    return FALSE;
  for (const PgwJsonNode *n = scenarios->first; n && good; n = n->next)
    if (n->type != PGW_JSON_STRING)
      good = pgw_json_fail_expected (source, n, _("the name of a file"), error);
    else if (g_hash_table_remove (names, n->string))
      add_item (items, pgw_text_get (&text), folder, n->string);
  pgw_text_clear (&text);
  return good;
}

static gboolean
read_contents (GPtrArray  *items,
               GHashTable *names,
               const char *folder,
               const char *path,
               GError    **error)
{
  static const char *const keys[] = { "sections", NULL };
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *data = NULL;
  g_autoptr (PgwJsonSource) source = NULL;
  const PgwJsonNode *root, *sections;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, error))
    return FALSE;
  source = pgw_json_source_new (data, length, base, 1, 1, NULL, error);
  if (source == NULL)
    return FALSE;
  root = pgw_json_source_get_root (source);
  if (root->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, root, _("an object {\"sections\": [...]}"), error);
  if (!pgw_json_check_keys (source, root, keys, error))
    return FALSE;
  sections = pgw_json_member (root, "sections");
  if (sections == NULL)
    return pgw_json_fail_missing (source, root, "sections", error);
  if (sections->type != PGW_JSON_ARRAY)
    return pgw_json_fail_expected (source, sections, _("an array of sections"), error);
  for (const PgwJsonNode *n = sections->first; n; n = n->next)
    if (!read_section (items, names, folder, source, n, error))
      return FALSE;
  return TRUE;
}

GPtrArray *
pgw_library_list (const char *folder,
                  const char *contents,
                  GError    **error)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (item_free);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GList) left = NULL;
  const char *name;

  if (dir == NULL)
    return items;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      g_hash_table_add (names, g_strdup (name));
  if (contents)
    read_contents (items, names, folder, contents, error);
  left = g_list_sort (g_hash_table_get_keys (names), (GCompareFunc) strcmp);
  for (GList *l = left; l; l = l->next)
    add_item (items, NULL, folder, l->data);
  return items;
}
