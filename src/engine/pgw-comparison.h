/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwComparison: one script on several machines, and one position for all of
 * them. No widget; tested without a display.
 *
 * The session that a window looks at leads. For each machine of the chosen
 * kind (pgw_scenario_new_variants()) there is a session: the leading one where
 * the machine is the same, else one of its own, which records the script in
 * slices after the one before it is done. Wherever the leader stands, they
 * stand at the same place of the script: in the same operation, at the same
 * share of its steps. A move of any of them moves all.
 *
 * When the script changes, or another scenario is opened, the machines are
 * made anew.
 *
 * Signal: changed () - other machines, or how far they have been recorded.
 */
#pragma once

#include "pgw-peers.h"
#include "pgw-session.h"

G_BEGIN_DECLS

#define PGW_TYPE_COMPARISON (pgw_comparison_get_type ())
G_DECLARE_FINAL_TYPE (PgwComparison, pgw_comparison, PGW, COMPARISON, GObject)

/* Compares what the scenario says, else SLAB, SLUB and SLOB. */
PgwComparison *pgw_comparison_new            (PgwSession    *session);

/* While it is not active nothing is recorded, and nobody is moved. TRUE at first. */
void           pgw_comparison_set_active     (PgwComparison *self, gboolean active);

/* An id of pgw_scenario_get_comparison_kinds(); one that the scenario does not have stands for its first. */
void           pgw_comparison_set_kind       (PgwComparison *self, const char *kind);
const char    *pgw_comparison_get_kind       (PgwComparison *self);

guint          pgw_comparison_get_n_machines (PgwComparison *self);
const char    *pgw_comparison_get_name       (PgwComparison *self, guint machine);
/* Never NULL; its timeline is, until the machine has been started. */
PgwSession    *pgw_comparison_get_session    (PgwComparison *self, guint machine);
/* Why a machine could not be started, or NULL. */
const char    *pgw_comparison_get_problem    (PgwComparison *self, guint machine);
/* How much of the script has run on it, 0 to 1. */
double         pgw_comparison_get_progress   (PgwComparison *self, guint machine);

/* Records all of them now, without a main loop (tools and tests). */
void           pgw_comparison_finish         (PgwComparison *self);

/* The machines as pictures need them, an array of PgwPeer. Free with g_array_unref(). */
GArray        *pgw_comparison_dup_peers      (PgwComparison *self);

G_END_DECLS
