/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists that are shown by GTK's list views.
 *
 * GtkListView of GTK 4.8 takes the wrong rows away where rows are removed
 * that begin amid rows out of sight and reach to rows in sight: what is left
 * shows the texts of other items. It is right when the first one removed
 * has a widget, when all of them are out of sight, or when a single one goes.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Removes what is behind the first `n_items` items, one at a time from the end. */
void pgw_list_store_truncate (GListStore *store, guint n_items);

G_END_DECLS
