/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwStatistics: how the free memory of a timeline went, for charts.
 *
 * A bounded number of samples over the whole recording, taken by standing at
 * steps of it; each holds every zone's free pages and watermarks, and how many
 * faults, scans, reclaimed and swapped pages there had been by then. When there
 * are too many samples every other one is dropped, so that the resolution
 * adapts to the length. Events are counted in the same manner. The position
 * of the timeline does not move.
 */
#pragma once

#include "pgw-timeline.h"

G_BEGIN_DECLS

#define PGW_STATISTICS_MAX_SAMPLES 4096

typedef struct _PgwStatistics PgwStatistics;

typedef struct {
  guint64 step;
  guint64 free_pages;           /* in the free lists of the zone */
  guint64 pcp_pages;            /* on its per-CPU lists */
  guint64 wmark[3];             /* min, low, high, with the boost */
} PgwSample;

/* What had happened by a step. */
typedef struct {
  guint64              step;
  struct view_activity activity;
} PgwActivity;

PgwStatistics *pgw_statistics_new   (PgwTimeline *timeline);
PgwStatistics *pgw_statistics_ref   (PgwStatistics *self);
void           pgw_statistics_unref (PgwStatistics *self);

/*
 * Samples what was recorded since the last call, but at most `max_steps`
 * steps of it (0: all). Returns TRUE when nothing is left. A recording that
 * became shorter, or took another course, is noticed.
 */
gboolean pgw_statistics_update (PgwStatistics *self, guint64 max_steps);

/*
 * From now on takes the samples while the timeline records, which spares
 * the way back to every step of them; pgw_statistics_update() still does what
 * was recorded before. Of several that follow a timeline the last one does.
 */
void     pgw_statistics_follow   (PgwStatistics *self);

/* Forgets what was sampled after `step`; for a caller that knows that history was cut there. */
void     pgw_statistics_truncate (PgwStatistics *self, guint64 step);

/* Steps sampled so far. */
guint64  pgw_statistics_get_length (PgwStatistics *self);

/*
 * Samples of a zone (a zone_ref(); G_MAXUINT32: the sum of all), by step.
 * An array of PgwSample; free with g_array_unref().
 */
GArray  *pgw_statistics_get_samples (PgwStatistics *self, guint32 zone);

/*
 * Faults, scans and the like up to the steps of the samples: an array of
 * PgwActivity, by step. Owned by the statistics; good until the next update.
 */
const GArray *pgw_statistics_get_activity (PgwStatistics *self);

/*
 * How often an event of the catalogue came, in stretches of `width` steps
 * from step 1 on. Owned by the statistics; good until the next update.
 */
const guint32 *pgw_statistics_get_events (PgwStatistics *self,
                                          guint          event_id,
                                          guint         *n_stretches,
                                          guint64       *width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwStatistics, pgw_statistics_unref)

G_END_DECLS
