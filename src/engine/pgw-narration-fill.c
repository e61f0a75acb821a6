/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Narration: the sentences chosen for an event, translated and with its
 * values in their placeholders ({field}, {form:field}).
 */
#include "config.h"
#include "pgw-arguments.h"
#include "pgw-narration-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static char *
pages_text (guint64 n)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu page", "%lu pages", (gulong) n), (gulong) n);
}

static char *
blocks_text (guint64 n)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu block", "%lu blocks", (gulong) n), (gulong) n);
}

/* The forms {form:field} of an order; NULL where there is no such form. */
static char *
order_form (const char *form, guint order)
{
  if (g_str_equal (form, "size"))
    return pgw_order_size_text (order);
  if (g_str_equal (form, "size+1"))
    return pgw_order_size_text (order + 1);
  if (g_str_equal (form, "pages"))
    return pages_text (G_GUINT64_CONSTANT (1) << MIN (order, 63));
  if (g_str_equal (form, "up"))
    return g_strdup_printf ("%u", order + 1);
  if (g_str_equal (form, "down"))
    return g_strdup_printf ("%u", order - 1);

  return NULL;
}

static char *
number_form (const char *form, guint64 n)
{
  if (g_str_equal (form, "blocks"))
    return blocks_text (n);
  if (g_str_equal (form, "npages"))
    return pages_text (n);
  if (g_str_equal (form, "objects"))
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu object", "%lu objects", (gulong) n), (gulong) n);
  if (g_str_equal (form, "nbytes"))
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu byte", "%lu bytes", (gulong) n), (gulong) n);

  return NULL;
}

/* What a placeholder (without its braces) stands for; NULL where it does not fit the event. */
static char *
placeholder_text (const char *placeholder, const PgwEvent *event)
{
  const char *colon = strchr (placeholder, ':');
  const char *name = colon != NULL ? colon + 1 : placeholder;
  const PgwEventField *field = pgw_event_type_get_field (pgw_event_type (event->id), name);
  g_autofree char *form = colon != NULL ? g_strndup (placeholder, colon - placeholder) : NULL;

  if (field == NULL)
    return NULL;
  if (form != NULL && field->type == PGW_FIELD_ORDER)
    return order_form (form, (guint) pgw_event_field (event, field));
  if (form != NULL && (field->type == PGW_FIELD_COUNT || field->type == PGW_FIELD_PAGES))
    return number_form (form, pgw_event_field (event, field));
  if (form != NULL)
    return NULL;
  if (field->type == PGW_FIELD_ORDER)
    return pgw_event_field_brief (event, field);        /* the sentence says "order" itself */

  return pgw_event_field_text (event, field);
}

char *
pgw_narration_fill (const char *sentence, const PgwEvent *event, char **unknown)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *open;

  while ((open = strchr (sentence, '{')) != NULL)
    {
      const char *close = strchr (open, '}');
      g_autofree char *placeholder = NULL;
      g_autofree char *value = NULL;

      if (close == NULL)
        break;
      placeholder = g_strndup (open + 1, close - open - 1);
      value = placeholder_text (placeholder, event);
      if (value == NULL)
        {
          if (unknown != NULL)
            *unknown = g_steal_pointer (&placeholder);
          return NULL;
        }
      g_string_append_len (text, sentence, open - sentence);
      g_string_append (text, value);
      sentence = close + 1;
    }
  g_string_append (text, sentence);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const PgwNarrationEntry *
find_entry (const PgwEvent *event)
{
  guint n_entries;
  const PgwNarrationEntry *entries = pgw_narration_entries (&n_entries);

  for (guint i = 0; i < n_entries; i++)
    if (entries[i].event == event->id && entries[i].holds (event))
      return &entries[i];

  return NULL;
}

/* A translation that does not fit the event is a mistake that must not hide the sentence. */
static char *
say (const char *sentence, const PgwEvent *event)
{
  char *text = pgw_narration_fill (_(sentence), event, NULL);

  return text != NULL ? text : pgw_narration_fill (sentence, event, NULL);
}

PgwNarration *
pgw_narrate (const struct machine *machine, const PgwEvent *event)
{
  const PgwNarrationEntry *entry;
  PgwNarration *narration;

  g_return_val_if_fail (event != NULL, NULL);

  entry = find_entry (event);
  narration = g_new0 (PgwNarration, 1);
  if (entry == NULL)
    {
      narration->headline = pgw_event_to_text (event);
      narration->what = g_strdup ("");
      narration->why = g_strdup ("");
      narration->function = "";
      return narration;
    }

  narration->headline = say (entry->headline, event);
  narration->what = say (entry->what, event);
  narration->why = say (entry->why, event);
  narration->function = pgw_event_type (event->id)->function;

  return narration;
}

void
pgw_narration_free (PgwNarration *narration)
{
  if (narration == NULL)
    return;

  g_free (narration->headline);
  g_free (narration->what);
  g_free (narration->why);
  g_free (narration);
}
