/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwExportDialog: a pane or a layout as a picture or an animation.
 *
 * The work is done by a thread on a timeline of its own, so that the window
 * and what it shows go on; it can be cancelled.
 */
#pragma once

#include <adwaita.h>
#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

#define PGW_TYPE_EXPORT_DIALOG (pgw_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PgwExportDialog, pgw_export_dialog, PGW, EXPORT_DIALOG, AdwWindow)

/* `what` is the id of a pane, or of a layout; NULL for the first layout. */
GtkWidget *pgw_export_dialog_new    (GtkWindow *parent, PgwSession *session, const char *what);
/* What the panes on the screen were chosen to show (taken), and in which layout; pictures show the same. */
void       pgw_export_dialog_take_options (PgwExportDialog *self, GHashTable *pane_options, const char *layout);
/* Starts writing to a file, as the dialog's choices say. */
void       pgw_export_dialog_export (PgwExportDialog *self, GFile *file);

G_END_DECLS
