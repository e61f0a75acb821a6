/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSearch: looking along a timeline for the first moment at which one of
 * several conditions breaks, in bounded pieces.
 */
#pragma once

#include "pgw-breakpoint-private.h"

G_BEGIN_DECLS

typedef struct _PgwSearch PgwSearch;

static inline int
pgw_moment_compare (PgwMoment a, PgwMoment b)
{
  if (a.step != b.step)
    return a.step < b.step ? -1 : 1;
  return a.line < b.line ? -1 : a.line > b.line;
}

PgwMoment  pgw_moment_of_line  (PgwTimeline *timeline, guint64 line);
/* The line that was begun last by then; 0 = none. */
guint64    pgw_moment_get_line (PgwTimeline *timeline, PgwMoment moment);

/*
 * Prepares a search from `from` (not itself) to `to` (itself too); forward if
 * `to` is later, else backward. Takes the conditions of the enabled
 * breakpoints in `breakpoints`. `info` is needed if any of them is of lines.
 */
PgwSearch *pgw_search_new     (PgwTimeline *timeline,
                               GListModel  *breakpoints,
                               PgwDebugInfo *info,
                               PgwMoment    from,
                               PgwMoment    to);
void       pgw_search_free    (PgwSearch   *self);

/*
 * Looks on for about `budget` microseconds (0: to the end); TRUE when the
 * answer is known. The timeline stands where it stood before.
 */
gboolean   pgw_search_run     (PgwSearch   *self,
                               gint64       budget);

/* Where to stop; FALSE when there is nothing. */
gboolean   pgw_search_get_found (PgwSearch *self,
                                 PgwMoment *found);


G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwSearch, pgw_search_free)

G_END_DECLS
