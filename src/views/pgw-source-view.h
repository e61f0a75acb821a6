/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSourceView: the source line being executed, the functions under way and
 * their variables.
 *
 * What is known of the source is opened after the first frame in which the
 * pane is seen. Where the core has no line hooks, the lines shown are those
 * of the events, and the pane says so.
 */
#pragma once

#include "pgw-call-stack.h"
#include "pgw-section.h"
#include "pgw-source-text.h"
#include "pgw-variables.h"

G_BEGIN_DECLS

#define PGW_TYPE_SOURCE_VIEW (pgw_source_view_get_type ())
G_DECLARE_FINAL_TYPE (PgwSourceView, pgw_source_view, PGW, SOURCE_VIEW, PgwSection)

/*
 * Signal:
 *   message (string text)      something asked for could not be done
 */
GtkWidget     *pgw_source_view_new            (void);

PgwSourceText *pgw_source_view_get_text       (PgwSourceView *self);
PgwCallStack  *pgw_source_view_get_call_stack (PgwSourceView *self);
PgwVariables  *pgw_source_view_get_variables  (PgwSourceView *self);
/* What the pane has to say about what it cannot show; NULL if nothing. */
const char    *pgw_source_view_get_message    (PgwSourceView *self);
/* The value of an expression in the chosen function, as a tooltip shows it; NULL if it is none. Free with g_free(). */
char          *pgw_source_view_dup_value      (PgwSourceView *self, const char *expression);

G_END_DECLS
