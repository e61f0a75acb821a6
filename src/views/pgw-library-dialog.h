/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwLibraryDialog: the shipped scenarios with their titles and descriptions;
 * typing narrows the list. Signal: open (GFile).
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PGW_TYPE_LIBRARY_DIALOG (pgw_library_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PgwLibraryDialog, pgw_library_dialog, PGW, LIBRARY_DIALOG, AdwWindow)

GtkWidget *pgw_library_dialog_new    (GtkWindow *parent);
/* The folder of the shipped scenarios: installed, or that of the source tree. Free with g_free(). */
char      *pgw_library_dup_directory (void);

G_END_DECLS
