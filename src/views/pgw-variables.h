/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwVariables: the parameters and variables of one function under way, as a
 * tree whose values are in the terms of the domain. What the last step
 * changed is marked; a value that names an object selects it.
 */
#pragma once

#include <adwaita.h>
#include "src/engine/pgw-session.h"
#include "src/engine/pgw-value.h"

G_BEGIN_DECLS

#define PGW_TYPE_VARIABLE_ITEM (pgw_variable_item_get_type ())
G_DECLARE_FINAL_TYPE (PgwVariableItem, pgw_variable_item, PGW, VARIABLE_ITEM, GObject)

const char *pgw_variable_item_get_name       (PgwVariableItem *self);
/* "pcp->count" */
const char *pgw_variable_item_get_expression (PgwVariableItem *self);
/* NULL while it is not set. */
const char *pgw_variable_item_get_value      (PgwVariableItem *self);
/* What it was before the last step; NULL where it did not change. */
const char *pgw_variable_item_get_old_value  (PgwVariableItem *self);

#define PGW_TYPE_VARIABLES (pgw_variables_get_type ())
G_DECLARE_FINAL_TYPE (PgwVariables, pgw_variables, PGW, VARIABLES, AdwBin)

/*
 * Signal:
 *   watch (string expression, int direction)    run to the next (previous) change; 0: stop at each
 */
GtkWidget  *pgw_variables_new       (void);
/* Shows those of a function under way where the session stands; NULL shows none. */
void        pgw_variables_set_frame (PgwVariables   *self,
                                     PgwSession     *session,
                                     PgwDebugInfo   *info,
                                     const PgwFrame *frame);
/* The top of the tree, of PgwVariableItem. */
GListModel *pgw_variables_get_items (PgwVariables *self);
/* The rows that can be seen, of GtkTreeListRow. */
GtkTreeListModel *pgw_variables_get_rows (PgwVariables *self);

G_END_DECLS
