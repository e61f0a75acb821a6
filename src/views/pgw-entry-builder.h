/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwEntryBuilder: an operation made by hand, as the JSON text of one script
 * entry, and what the popovers that make one have in common.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "pgw-section.h"

G_BEGIN_DECLS

/* Begins {"op": op}. Ends with pgw_entry_builder_end(). */
JsonBuilder *pgw_entry_builder_new        (const char  *op);
void         pgw_entry_builder_add_string (JsonBuilder *self, const char *name, const char *value);
void         pgw_entry_builder_add_number (JsonBuilder *self, const char *name, gint64 value);
/* The text of the entry; takes the builder. Free with g_free(). */
char        *pgw_entry_builder_end        (JsonBuilder *self);

/* Gives the text of an entry to the window of `section`, which carries it out; closes the popover it was made in. */
void         pgw_entry_give               (PgwSection *section, const char *json, GtkPopover *popover);
/* A name that the script has not given yet: "mine12". NULL without a scenario. Free with g_free(). */
char        *pgw_entry_dup_new_name       (PgwSection *section);
/* Whether an operation can be given now: something is open, and it is not being recorded. */
gboolean     pgw_entry_can_be_given       (PgwSession *session);
/* The words chosen; NULL where nothing is. */
const char  *pgw_entry_chosen_text        (GtkDropDown *chooser);

G_END_DECLS
