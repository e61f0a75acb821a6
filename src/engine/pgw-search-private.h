/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSearch: looking along a timeline for the first step at which one of
 * several conditions breaks, in bounded pieces.
 */
#pragma once

#include "pgw-breakpoint-private.h"

G_BEGIN_DECLS

typedef struct _PgwSearch PgwSearch;

/*
 * Prepares a search from the step `from` (not itself) to `to` (itself too);
 * to > from looks forward, to < from backward. Takes the conditions of the
 * enabled breakpoints in `breakpoints`.
 */
PgwSearch *pgw_search_new     (PgwTimeline *timeline,
                               GListModel  *breakpoints,
                               guint64      from,
                               guint64      to);
void       pgw_search_free    (PgwSearch   *self);

/*
 * Looks on for about `budget` microseconds (0: to the end); TRUE when the
 * answer is known. The timeline stands where it stood before.
 */
gboolean   pgw_search_run     (PgwSearch   *self,
                               gint64       budget);

/* The step to stop at; FALSE when there is none. */
gboolean   pgw_search_get_found (PgwSearch *self,
                                 guint64   *found);

/* Part of the work that is done, 0..1. */
double     pgw_search_get_progress (PgwSearch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwSearch, pgw_search_free)

G_END_DECLS
