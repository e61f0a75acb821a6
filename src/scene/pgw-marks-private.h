/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between pgw-marks.c and pgw-marks-relate.c: how what belongs to a selection
 * is collected.
 */
#pragma once

#include "pgw-pane-private.h"

G_BEGIN_DECLS

/* Both stop adding when a few thousand are there. */
void pgw_marks_add_pages  (GArray *array, guint64 pfn, guint64 n);
void pgw_marks_add_object (GArray *array, mm_object_t object);

/* Who maps a page, and where it stands in reclaim's lists. */
void pgw_marks_relate_users  (PgwMarks *marks, const struct machine *machine, guint64 pfn);
/* What belongs to a selected task, VMA, file, entry, slab, LRU list, reclaimer or slot of swap. */
void pgw_marks_relate_memory (PgwMarks *marks, const struct machine *machine, mm_object_t object);

G_END_DECLS
