/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists that are shown by GTK's list views.
 */
#include "config.h"

#include "pgw-list.h"

void
pgw_list_store_truncate (GListStore *store, guint n_items)
{
  g_return_if_fail (G_IS_LIST_STORE (store));

  for (guint n = g_list_model_get_n_items (G_LIST_MODEL (store)); n > n_items; n--)
    g_list_store_remove (store, n - 1);
}
