/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwScriptModel: the rows of the script list. Operations in order, and below
 * each unfolded one its events.
 *
 * Rows are computed from their number and made only when the list asks for
 * them; what is kept is one entry for each unfolded operation. So a script of
 * 100,000 operations, or an operation of 1,000,000 events, costs nothing to
 * show.
 */
#pragma once

#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

#define PGW_TYPE_SCRIPT_ROW (pgw_script_row_get_type ())
G_DECLARE_FINAL_TYPE (PgwScriptRow, pgw_script_row, PGW, SCRIPT_ROW, GObject)

guint64  pgw_script_row_get_op   (PgwScriptRow *self);
/* The step of an event's row; 0 for the row of an operation. */
guint64  pgw_script_row_get_step (PgwScriptRow *self);
gboolean pgw_script_row_is_op    (PgwScriptRow *self);

#define PGW_TYPE_SCRIPT_MODEL (pgw_script_model_get_type ())
G_DECLARE_FINAL_TYPE (PgwScriptModel, pgw_script_model, PGW, SCRIPT_MODEL, GObject)

PgwScriptModel *pgw_script_model_new          (void);
/* Other operations: folds everything. */
void            pgw_script_model_reset        (PgwScriptModel *self, PgwTimeline *timeline, guint64 n_ops);
gboolean        pgw_script_model_is_expanded  (PgwScriptModel *self, guint64 op);
void            pgw_script_model_set_expanded (PgwScriptModel *self, guint64 op, gboolean expanded);
guint           pgw_script_model_row_of_op    (PgwScriptModel *self, guint64 op);
/* The row of a step, or of its operation where that is folded. GTK_INVALID_LIST_POSITION at step 0. */
guint           pgw_script_model_row_of_step  (PgwScriptModel *self, guint64 step);
guint64         pgw_script_model_get_n_ops    (PgwScriptModel *self);

G_END_DECLS
