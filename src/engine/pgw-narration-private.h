/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of narration.def as a table, for pgw-narration.c and the test
 * that reads every one of them.
 */
#pragma once

#include "pgw-narration.h"

G_BEGIN_DECLS

typedef struct {
  guint       event;
  const char *condition;                        /* its name */
  gboolean    (*holds) (const PgwEvent *event);
  const char *headline, *what, *why;            /* English, to be translated */
} PgwNarrationEntry;

const PgwNarrationEntry *pgw_narration_entries (guint *n_entries);

/*
 * Puts the values of `event` into a sentence. NULL, with `unknown` naming it,
 * where a placeholder does not fit the event. Free with g_free().
 */
char *pgw_narration_fill (const char     *sentence,
                          const PgwEvent *event,
                          char          **unknown);

G_END_DECLS
