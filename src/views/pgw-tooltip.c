/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text lies with the widget until GTK asks for it.
 */
#include "config.h"

#include "pgw-tooltip.h"

static gboolean
query_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer data)
{
  const char *text = g_object_get_data (G_OBJECT (widget), "pgw-tooltip");

  gtk_tooltip_set_text (tooltip, text);
  return text != NULL && *text != '\0';
}

void
pgw_tooltip_set (GtkWidget *widget, const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  g_object_set_data_full (G_OBJECT (widget), "pgw-tooltip", g_strdup (text), g_free);
  if (!gtk_widget_get_has_tooltip (widget) && text != NULL)
    {
      gtk_widget_set_has_tooltip (widget, TRUE);
      g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_cb), NULL);
    }
}
