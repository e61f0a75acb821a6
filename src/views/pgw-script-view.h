/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwScriptView: the list of operations, unfolding into their events.
 *
 * The row of the current step is selected and scrolled to; its operation is
 * unfolded while the position is inside it. Selecting a row moves there. The
 * search finds operations by their text, and goes to a step by its number.
 */
#pragma once

#include "pgw-script-model.h"
#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_SCRIPT_VIEW (pgw_script_view_get_type ())
G_DECLARE_FINAL_TYPE (PgwScriptView, pgw_script_view, PGW, SCRIPT_VIEW, PgwSection)

GtkWidget      *pgw_script_view_new          (void);
void            pgw_script_view_start_search (PgwScriptView *self);
PgwScriptModel *pgw_script_view_get_model    (PgwScriptView *self);

G_END_DECLS
