/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSideColumn: the source above the inspector. Where there is no height for
 * both, one of them, with a switch between the two.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PGW_TYPE_SIDE_COLUMN (pgw_side_column_get_type ())
G_DECLARE_FINAL_TYPE (PgwSideColumn, pgw_side_column, PGW, SIDE_COLUMN, AdwBin)

/*
 * Properties: source, inspector (GtkWidget), show-source (boolean).
 */
GtkWidget *pgw_side_column_new             (void);
gboolean   pgw_side_column_get_show_source (PgwSideColumn *self);
void       pgw_side_column_set_show_source (PgwSideColumn *self, gboolean show);
/* Makes sure that one of the two children can be seen. */
void       pgw_side_column_reveal          (PgwSideColumn *self, GtkWidget *child);

G_END_DECLS
