/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwWindow: the main window. It owns a session and shows it: script and
 * narration at the left, panes in the middle, the inspector at the right,
 * playback and timeline at the bottom.
 *
 * Properties: session (object), layout (string), granularity (string),
 * show-script, show-inspector, presentation (boolean).
 */
#pragma once

#include <adwaita.h>
#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

#define PGW_TYPE_WINDOW (pgw_window_get_type ())
G_DECLARE_FINAL_TYPE (PgwWindow, pgw_window, PGW, WINDOW, AdwApplicationWindow)

GtkWidget  *pgw_window_new         (GtkApplication *application);
PgwSession *pgw_window_get_session (PgwWindow *self);
/* Reads a file in the background and shows it; what is open stays if it cannot be read. */
void        pgw_window_open        (PgwWindow *self, GFile *file);
/* Whether a file is being read. */
gboolean    pgw_window_is_loading  (PgwWindow *self);
/* The message of the error bar; NULL when none is shown. */
const char *pgw_window_get_error   (PgwWindow *self);

G_END_DECLS
