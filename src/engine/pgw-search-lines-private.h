/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwLineSearch: the part of a search that looks at source lines.
 */
#pragma once

#include "pgw-breakpoint-private.h"

G_BEGIN_DECLS

typedef struct _PgwLineSearch PgwLineSearch;

/*
 * Looks at the lines of the clock behind `from` up to `to` (to > from), or
 * before `from` down to `to` (to < from). Of the conditions (an array of
 * PgwCondition, which must live as long) those of lines count.
 */
PgwLineSearch *pgw_line_search_new  (PgwTimeline   *timeline,
                                     PgwDebugInfo  *info,
                                     GArray        *conditions,
                                     guint64        from,
                                     guint64        to);
void           pgw_line_search_free (PgwLineSearch *self);

/* Looks at some more lines; TRUE when there is an answer. The timeline stands anywhere then. */
gboolean       pgw_line_search_run  (PgwLineSearch *self);
/* The line to stop at; 0 = there is none. */
guint64        pgw_line_search_get_found (PgwLineSearch *self);

G_END_DECLS
