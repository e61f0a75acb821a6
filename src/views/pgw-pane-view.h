/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwPaneView: one pane with its header: title, what it is about, its text
 * twin and the button that gives it the whole middle of the window.
 *
 * Signal: maximise ().
 *
 * # Accessibility
 *
 * A group (GTK_ACCESSIBLE_ROLE_GROUP) labelled with the pane's title. It
 * holds the picture, or in its place a text view with the same content.
 */
#pragma once

#include "pgw-pane-canvas.h"

G_BEGIN_DECLS

#define PGW_TYPE_PANE_VIEW (pgw_pane_view_get_type ())
G_DECLARE_FINAL_TYPE (PgwPaneView, pgw_pane_view, PGW, PANE_VIEW, PgwSection)

GtkWidget         *pgw_pane_view_new           (const PgwPaneType *type);
const PgwPaneType *pgw_pane_view_get_pane_type (PgwPaneView *self);
PgwPaneCanvas     *pgw_pane_view_get_canvas    (PgwPaneView *self);
/* Names the machine in the title, where several are shown side by side. */
void               pgw_pane_view_set_machine   (PgwPaneView *self, const char *machine);
/*
 * Tells it in which layout it stands, and what it shows there unless something else was chosen (NULL: what it likes).
 * Both strings are static.
 */
void               pgw_pane_view_set_place     (PgwPaneView *self, const char *layout, const char *option);
/* Text instead of the picture. */
gboolean           pgw_pane_view_get_text_mode (PgwPaneView *self);
void               pgw_pane_view_set_text_mode (PgwPaneView *self, gboolean text_mode);
/* Puts the cursor where an address to be translated is typed; FALSE if the pane has no such entry. */
gboolean           pgw_pane_view_ask_address   (PgwPaneView *self);
/* What the pane shows, as text. Free with g_free(). */
char              *pgw_pane_view_dup_text      (PgwPaneView *self);
void               pgw_pane_view_set_maximised (PgwPaneView *self, gboolean maximised);

G_END_DECLS
