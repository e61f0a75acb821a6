/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwPlaybackBar: the buttons that move through time. The buttons activate
 * actions of the window, so that they and the keys are one.
 */
#pragma once

#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_PLAYBACK_BAR (pgw_playback_bar_get_type ())
G_DECLARE_FINAL_TYPE (PgwPlaybackBar, pgw_playback_bar, PGW, PLAYBACK_BAR, PgwSection)

GtkWidget *pgw_playback_bar_new              (void);
/* Opens the list of breakpoints. */
void       pgw_playback_bar_show_breakpoints (PgwPlaybackBar *self);
/* The kind of event that is chosen to go to; 0 = none. */
guint      pgw_playback_bar_get_event_kind   (PgwPlaybackBar *self);

G_END_DECLS
