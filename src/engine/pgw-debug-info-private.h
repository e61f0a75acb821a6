/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of PgwDebugInfo share: pgw-debug-info.c (opening, stacks,
 * types and variables) and pgw-debug-lines.c (addresses and source lines).
 */
#pragma once

#include "pgw-debug-info.h"

#include <elfutils/libdwfl.h>

G_BEGIN_DECLS

/* A stretch of machine code of one compilation unit. */
typedef struct {
  guint64 start, end;   /* in memory */
  Dwarf_Die unit;
} CodeRange;

typedef struct {
  guint64 start, end;   /* in memory */
  const char *name;
  Dwarf_Die die;
} PgwFunction;

struct _PgwDebugInfo {
  gatomicrefcount ref_count;
  Dwfl *dwfl;
  Dwarf_Addr bias;
  GArray *ranges;       /* of CodeRange, ascending */

  /* pgw-debug-lines.c */
  GArray *functions;    /* of PgwFunction, by address; NULL until needed */
  GArray *hooks;        /* of PgwHook, by pc; NULL until needed */
  GHashTable *entries;  /* function name (not owned) -> index of its first hook + 1 */
  GHashTable *places;   /* pc -> PgwPlace, of instructions without a hook that were asked for */
};

/* "mm/page_alloc.c" of "../pagewalk/mm/page_alloc.c"; NULL for files outside the core. */
const char *pgw_debug_core_file   (const char *path);

/* The scopes around an instruction, innermost first, up to its function. Free with g_array_unref(). */
GArray     *pgw_debug_find_scopes (PgwDebugInfo *self, guint64 pc);

void        pgw_debug_lines_clear (PgwDebugInfo *self);

G_END_DECLS
