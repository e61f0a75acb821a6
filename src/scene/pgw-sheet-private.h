/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sheet: one exported picture, of one pane or of a whole layout.
 */
#pragma once

#include "pgw-pane-private.h"

G_BEGIN_DECLS

typedef struct _PgwSheet PgwSheet;

/* Lays out what the options ask for, at the timeline's position. NULL for an unknown pane or layout. */
PgwSheet *pgw_sheet_new  (PgwTimeline            *timeline,
                          PgwScenario            *scenario,
                          const PgwExportOptions *options,
                          PgwStatistics          *statistics,
                          GError                **error);
void      pgw_sheet_free (PgwSheet *self);
/* Draws the sheet, or, with `before`, what lies at `t` between that one and it. */
void      pgw_sheet_draw (PgwSheet *self, PgwSheet *before, double t, cairo_t *cr);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwSheet, pgw_sheet_free)

G_END_DECLS
