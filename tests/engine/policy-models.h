/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page replacement written a second time, by other means than mm/policy.c: with the queues and lists that the
 * books draw instead of notes in the frames, and OPT as what its name says.
 */
#pragma once

#include "src/engine/pgw-policy.h"

/* For each reference the page that has to go; PGW_POLICY_NO_PAGE where there is room or no fault. Free it.
 * OPT is not among them. */
gint64 *policy_model_victims (PgwPolicy policy, const gint64 *pages, guint n, guint n_frames);

/* The fewest faults that any choice of victims leads to. Pages from 0 to 9, up to 4 frames: all are tried. */
guint policy_fewest_faults (const gint64 *pages, guint n, guint n_frames);
