/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwPaneGrid: the middle of the window. It places panes as a layout of the
 * table pgw_layouts() says, or gives one of them all the room.
 *
 * Properties: layout (string), maximised (string, id of a pane or NULL).
 */
#pragma once

#include "pgw-pane-view.h"

G_BEGIN_DECLS

#define PGW_TYPE_PANE_GRID (pgw_pane_grid_get_type ())
G_DECLARE_FINAL_TYPE (PgwPaneGrid, pgw_pane_grid, PGW, PANE_GRID, GtkWidget)

GtkWidget   *pgw_pane_grid_new           (void);
void         pgw_pane_grid_set_session   (PgwPaneGrid *self, PgwSession *session);
const char  *pgw_pane_grid_get_layout    (PgwPaneGrid *self);
/* An unknown name stands for the first layout. */
void         pgw_pane_grid_set_layout    (PgwPaneGrid *self, const char *id);
const char  *pgw_pane_grid_get_maximised (PgwPaneGrid *self);
/* NULL: show all panes of the layout. A pane that is not in the layout can be maximised too. */
void         pgw_pane_grid_set_maximised (PgwPaneGrid *self, const char *pane);
/* What its panes were chosen to show, char * by the identifier of the pane (PgwExportOptions). Free with g_hash_table_unref(). */
GHashTable  *pgw_pane_grid_dup_options   (PgwPaneGrid *self);
/* The pane of that name, whether it is shown or not; NULL if there is none. */
PgwPaneView *pgw_pane_grid_get_pane      (PgwPaneGrid *self, const char *id);

G_END_DECLS
