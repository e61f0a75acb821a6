/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building the text of a script entry from what a popover asks for, and
 * giving it to the window.
 */
#include "config.h"

#include "pgw-entry-builder.h"

JsonBuilder *
pgw_entry_builder_new (const char *op)
{
  JsonBuilder *self = json_builder_new ();

  json_builder_begin_object (self);
  pgw_entry_builder_add_string (self, "op", op);
  return self;
}

void
pgw_entry_builder_add_string (JsonBuilder *self, const char *name, const char *value)
{
  json_builder_set_member_name (self, name);
  json_builder_add_string_value (self, value);
}

void
pgw_entry_builder_add_number (JsonBuilder *self, const char *name, gint64 value)
{
  json_builder_set_member_name (self, name);
  json_builder_add_int_value (self, value);
}

char *
pgw_entry_builder_end (JsonBuilder *self)
{
  g_autoptr (JsonBuilder) builder = self;
  g_autoptr (JsonNode) root = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

void
pgw_entry_give (PgwSection *section, const char *json, GtkPopover *popover)
{
  gtk_popover_popdown (popover);
  gtk_widget_activate_action (GTK_WIDGET (section), "win.do", "s", json);
}

char *
pgw_entry_dup_new_name (PgwSection *section)
{
  PgwSession *session = pgw_section_get_session (section);
  PgwScenario *scenario = session != NULL ? pgw_session_get_scenario (session) : NULL;

  if (scenario == NULL)
    return NULL;
  return g_strdup_printf ("mine%" G_GUINT64_FORMAT, pgw_scenario_get_n_ops (scenario) + 1);
}

gboolean
pgw_entry_can_be_given (PgwSession *session)
{
  return session != NULL && pgw_session_get_timeline (session) != NULL
         && pgw_session_get_state (session) != PGW_SESSION_RECORDING;
}

const char *
pgw_entry_chosen_text (GtkDropDown *chooser)
{
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (chooser);

  return chosen != NULL ? gtk_string_object_get_string (chosen) : NULL;
}
