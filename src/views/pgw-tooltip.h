/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tooltips of what changes all the time.
 *
 * gtk_widget_set_tooltip_text() asks the display where the pointer is, at
 * each call; a list that is bound anew while a session plays spends more on
 * that than on its rows. A tooltip set here is looked up when it is shown.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* `text` is copied; NULL: none. */
void pgw_tooltip_set (GtkWidget *widget, const char *text);

G_END_DECLS
