/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LRU lists of a snapshot:
 *
 *   lru anon_cost N file_cost N nonresident_age N
 *   lrulist NAME PFN:FLAGS:MAPCOUNT:INDEX ...      head first
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "pgw-record.h"
#include "mm/view.h"

#define NR_LRU_LISTS 5
#define MAX_PFN      (MACHINE_MAX_RAM / PAGE_SIZE)

void
pgw_record_lru_init (PgwRecordLru *self)
{
  self->lists = g_array_new (FALSE, TRUE, sizeof (struct snapshot_lru));
  self->blocks = g_ptr_array_new_with_free_func (g_free);
}

void
pgw_record_lru_clear (PgwRecordLru *self)
{
  g_array_unref (self->lists);
  g_ptr_array_unref (self->blocks);
}

/* PFN:FLAGS, and more that is not needed. */
static gboolean
read_page (char    *word,
           guint64 *pfn,
           guint32 *flags)
{
  char *colon = strchr (word, ':'), *end;
  guint64 n;

  if (colon == NULL)
    return FALSE;
  *colon++ = '\0';
  end = strchr (colon, ':');
  if (end != NULL)
    *end = '\0';
  if (!pgw_record_number (word, 10, MAX_PFN - 1, pfn) || !pgw_record_number (colon, 16, G_MAXUINT32, &n))
    return FALSE;
  *flags = n;
  return TRUE;
}

static gboolean
read_list (PgwRecordLru  *self,
           char          *text,
           char         **message)
{
  struct snapshot_lru list = { 0 };
  g_autoptr (GArray) pfns = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) flags = g_array_new (FALSE, FALSE, sizeof (guint32));
  const char *name = pgw_record_word (&text);
  char *word;

  while (list.lru < NR_LRU_LISTS && g_strcmp0 (name, view_lru_name (list.lru)) != 0)
    list.lru++;
  if (list.lru == NR_LRU_LISTS)
    {
      *message = g_strdup_printf (_("“%s” is not an LRU list"), name ? name : "");
      return FALSE;
    }
  while ((word = pgw_record_word (&text)) != NULL)
    {
      guint64 pfn;
      guint32 bits;

      if (!read_page (word, &pfn, &bits))
        {
          *message = g_strdup_printf (_("“%s” is not a page on an LRU list (PFN:FLAGS:MAPCOUNT:INDEX)"), word);
          return FALSE;
        }
      g_array_append_val (pfns, pfn);
      g_array_append_val (flags, bits);
    }

  list.nr = pfns->len;
  list.pfns = (const u64 *) g_array_free (g_steal_pointer (&pfns), FALSE);
  list.flags = (const u32 *) g_array_free (g_steal_pointer (&flags), FALSE);
  g_ptr_array_add (self->blocks, (gpointer) list.pfns);
  g_ptr_array_add (self->blocks, (gpointer) list.flags);
  g_array_append_val (self->lists, list);
  return TRUE;
}

static gboolean
read_costs (struct machine_snapshot  *snapshot,
            char                     *text,
            char                    **message)
{
  const struct { const char *name; u64 *value; } costs[] = {
    { "anon_cost", &snapshot->anon_cost },
    { "file_cost", &snapshot->file_cost },
    { "nonresident_age", &snapshot->nonresident_age },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (costs); i++)
    {
      const char *name = pgw_record_word (&text);
      const char *value = pgw_record_word (&text);
      guint64 n;

      if (value == NULL || strcmp (name, costs[i].name) != 0 || !pgw_record_number (value, 10, G_MAXUINT64, &n))
        {
          *message = g_strdup_printf (_("“%s” where “%s” was expected"), name ? name : "", costs[i].name);
          return FALSE;
        }
      *costs[i].value = n;
    }
  return TRUE;
}

gboolean
pgw_record_lru_read (PgwRecordLru             *self,
                     struct machine_snapshot  *snapshot,
                     const char               *what,
                     char                     *text,
                     char                    **message)
{
  if (strcmp (what, "lrulist") == 0)
    return read_list (self, text, message);
  if (strcmp (what, "lru") == 0)
    return read_costs (snapshot, text, message);
  return TRUE;                  /* something this program does not know */
}

void
pgw_record_lru_finish (PgwRecordLru            *self,
                       struct machine_snapshot *snapshot)
{
  snapshot->nr_lru = self->lists->len;
  snapshot->lru = (const struct snapshot_lru *) self->lists->data;
}
