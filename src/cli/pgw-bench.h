/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `pagewalk-cli bench` measures, as functions of its own: one per part,
 * each writing an object into the JSON being built.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "src/engine/pgw-timeline.h"

G_BEGIN_DECLS

typedef struct {
  guint64 ram;          /* bytes */
  guint64 steps;        /* to record */
  guint64 seeks;        /* of the leak test */
  guint64 seed;
} PgwBenchSettings;

/* Recording, seeking, stepping, searching and self check of one machine. Returns FALSE when a replay differed. */
gboolean pgw_bench_timeline (JsonBuilder *json, const PgwBenchSettings *settings, GError **error);

/* Stepping by source lines along a recording, and the variables there. Adds members to the object being built. */
gboolean pgw_bench_lines (JsonBuilder *json, PgwTimeline *timeline, guint64 seed, GError **error);

/* Allocation and freeing in the fast build, by order, and the same script in both builds. */
gboolean pgw_bench_core (JsonBuilder *json, const PgwBenchSettings *settings, GError **error);

/* Finding and placing mappings among few and among many VMAs, in the fast build. */
gboolean pgw_bench_vmas (JsonBuilder *json, GError **error);

/* Page faults, and mmap() with munmap(), in the fast build and by the kernel this runs on. */
gboolean pgw_bench_faults (JsonBuilder *json, GError **error);

/* Reclaim on a machine of 1 GiB, in the fast build: events a second while memory is short. */
gboolean pgw_bench_reclaim (JsonBuilder *json, GError **error);

/* Carries out an operation of the first task on the machine at hand, in the fast build. Returns its result. */
gint64 pgw_bench_run (struct mm_op op);

/* Seconds of a clock that only runs forward. */
double pgw_bench_now (void);

/* Seconds that this process has had a processor: what other processes do does not count. */
double pgw_bench_processor_time (void);

/* Bytes of memory this process occupies. */
guint64 pgw_bench_resident (void);

/* Adds "name": { "samples", "median", "p95", "max" } of the samples, times `scale`; sorts them. */
void pgw_bench_add_samples (JsonBuilder *json, const char *name, GArray *samples, double scale);

G_END_DECLS
