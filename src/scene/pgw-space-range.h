/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of addresses by pointer or keys in the picture of address spaces:
 * part of a gap (to be mapped), some pages of a VMA (to be unmapped,
 * protected ...), or a VMA's new end (mremap). Pure functions over the scene
 * that the pane laid out; no widget.
 */
#pragma once

#include "pgw-scene.h"

G_BEGIN_DECLS

typedef enum {
  PGW_RANGE_NONE,
  PGW_RANGE_GAP,        /* pages where nothing is mapped */
  PGW_RANGE_PAGES,      /* pages of a VMA */
  PGW_RANGE_END,        /* from a VMA's start to its new end */
} PgwRangeKind;

typedef struct {
  PgwRangeKind kind;
  gint32       pid;
  guint64      low, high;       /* bounds of what may be chosen; END: the VMA's start, and how far it may grow */
  guint64      old_end;         /* END: where the VMA ends now */
  guint64      step;            /* bytes of a cell of the picture */
  guint64      anchor;          /* address of the cell where it began; END: as old_end */
  guint64      start, end;      /* what is chosen: [start, end) */
  double       x, y;            /* where the address `low` lies in the scene */
  double       pitch, height;   /* of a cell */
  double       begun;           /* where the pointer was when it began */
} PgwSpaceRange;

/*
 * What a drag that begins at (x, y) of the scene chooses from. FALSE, and the kind NONE, where there is nothing of the
 * kind: on a title, on a fold, beside the cards.
 */
gboolean pgw_space_range_begin  (PgwScene *scene, const struct machine *machine, double x, double y, PgwSpaceRange *range);
/* The same by keyboard, from what is selected: a VMA (with `end`: its end), one of its pages, a gap. */
gboolean pgw_space_range_of     (PgwScene *scene, const struct machine *machine, gint32 pid, mm_object_t selection,
                                 gboolean end, PgwSpaceRange *range);
/* The pointer is at `x` now. */
void     pgw_space_range_move   (PgwSpaceRange *range, double x);
/* One cell more (or fewer, negative) by keyboard. */
void     pgw_space_range_extend (PgwSpaceRange *range, int cells);
/* "0x7f00 0000 1000 – 0x7f00 0000 4000, 3 pages, 12 KiB", with what it is for. Free with g_free(). */
char    *pgw_space_range_text   (const PgwSpaceRange *range);
/* Where it is drawn in the scene. */
void     pgw_space_range_area   (const PgwSpaceRange *range, double *x, double *width);

G_END_DECLS
