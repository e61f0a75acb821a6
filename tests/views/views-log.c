/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings in the window's tests. GTK 4 lets a text or list move its scroll
 * bar while it is laid out or painted, then says that the bar's trough has no
 * allocation (https://gitlab.gnome.org/GNOME/gtk/-/merge_requests/5222, open).
 * Whether that happens depends on whether GTK found time to lay out the text
 * before the frame. The bar is painted right in the next frame.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "views-log.h"

static const char *
get_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, key) && fields[i].length < 0)
      return fields[i].value;
  return "";
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *message = get_field (fields, n_fields, "MESSAGE");

  if (level == G_LOG_LEVEL_WARNING && g_str_equal (get_field (fields, n_fields, "GLIB_DOMAIN"), "Gtk")
      && g_str_has_prefix (message, "Trying to snapshot GtkGizmo ")
      && g_str_has_suffix (message, " without a current allocation"))
    return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, data);
}

void
pgw_views_log_init (void)
{
  g_log_set_writer_func (write_log, NULL, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
}
