/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwWorkload: an endless random script, for benchmarks and tests.
 *
 * It allocates and frees blocks of all orders and kinds, from all CPUs, singly
 * and in bulk, and now and then drains lists and turns tunables. About half of
 * the slots are in use at any time. The same seed gives the same script.
 */
#pragma once

#include <glib.h>
#include "mm/machine.h"
#include "mm/ops.h"

G_BEGIN_DECLS

typedef struct _PgwWorkload PgwWorkload;

/* For a machine of the given number of slots (at least 64), CPUs and nodes. */
PgwWorkload *pgw_workload_new  (guint64 seed, guint n_slots, guint n_cpus, guint n_nodes);
void         pgw_workload_free (PgwWorkload *self);

/* The next operation of the script. */
void pgw_workload_next (PgwWorkload *self, struct mm_op *op);

/* A machine of one stretch of RAM, with slots to fill about half of it by a workload. */
void pgw_workload_configure (struct machine_config *config, guint64 ram, guint n_cpus);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwWorkload, pgw_workload_free)

G_END_DECLS
