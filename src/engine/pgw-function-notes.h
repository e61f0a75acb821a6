/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "What is this?": for the functions of the core a short explanation, and
 * where Linux 6.1 has them. The notes themselves are in functions.def.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *function;         /* its name in the core */
  const char *linux_file;       /* "mm/page_alloc.c"; "" if Linux has no such function */
  const char *linux_function;   /* its name there; "" likewise */
  const char *text;             /* one to three sentences, not translated yet: _() it */
  gboolean    of_flag;          /* one of the accessors of a page flag, which all have the same note; it may have no code */
} PgwFunctionNote;

/* The note on a function of the core; NULL if there is none. */
const PgwFunctionNote *pgw_function_note  (const char *function);

/* All notes, in the order of functions.def. */
const PgwFunctionNote *pgw_function_notes (guint *n_notes);

G_END_DECLS
