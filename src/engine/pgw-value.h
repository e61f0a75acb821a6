/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of the core's variables in the terms of the domain: a page by its
 * frame number and use, a mask by its flags, an order by its size, a list by
 * its members.
 */
#pragma once

#include "pgw-debug-info.h"
#include "pgw-timeline.h"

G_BEGIN_DECLS

/*
 * The value of a variable as text; `object` receives what it names, or 0, and
 * may be NULL. The machine must be the one the variable belongs to. Free with
 * g_free().
 */
char *pgw_value_format (PgwDebugInfo         *info,
                        const struct machine *machine,
                        const PgwVariable    *variable,
                        mm_object_t          *object);

/* One variable of a function, ready to be shown. */
typedef struct {
  PgwVariable *variable;
  char        *value;           /* NULL while it is not set */
  mm_object_t  object;
  gboolean     has_children;
} PgwLocal;

void pgw_local_free (PgwLocal *local);

/* The functions under way at the timeline's position, innermost first. Returns how many there are. */
guint      pgw_locals_unwind       (PgwDebugInfo *info, PgwTimeline *timeline, PgwFrame *frames, guint max);
/* Parameters and variables of one of them, of PgwLocal. */
GPtrArray *pgw_locals_get          (PgwDebugInfo *info, PgwTimeline *timeline, const PgwFrame *frame);
/* Members, elements or the thing pointed to, of PgwLocal. */
GPtrArray *pgw_locals_get_children (PgwDebugInfo *info, PgwTimeline *timeline, const PgwLocal *local);

/*
 * A variable of a function, or a member of one, by its expression in C, as
 * "page", "pcp->count", "zone->free_area[3].nr_free", "*order". NULL, with
 * `error` saying where it is wrong, if there is none.
 */
PgwLocal  *pgw_locals_evaluate     (PgwDebugInfo   *info,
                                    PgwTimeline    *timeline,
                                    const PgwFrame *frame,
                                    const char     *expression,
                                    GError        **error);

/* The same without its value as text; `is_set` tells whether there is one. */
PgwVariable *pgw_locals_find       (PgwDebugInfo   *info,
                                    PgwTimeline    *timeline,
                                    const PgwFrame *frame,
                                    const char     *expression,
                                    GError        **error);

/* Whether a function has such variables and members at all. */
gboolean   pgw_locals_check        (PgwDebugInfo   *info,
                                    const char     *function,
                                    const char     *expression,
                                    GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwLocal, pgw_local_free)

G_END_DECLS
