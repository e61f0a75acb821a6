/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one can choose in the header of a pane: a zone, a file of /proc, an
 * order, machines to compare. Two drop-downs serve for all; a table says
 * which pane has what, so that a new kind of pane needs no code here.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-pane-view-private.h"
#include "pgw-settings.h"

static const PgwPaneChoices pane_choices[] = {
  { "buddy", .zone = TRUE },
  { "chart", .zone = TRUE },
  { "proc", .proc_file = TRUE },
  { "slab", .sort = TRUE },
  { "compare", .machines = TRUE },
  { "tables", .translate = TRUE, .memory = TRUE },
  { "space", .memory = TRUE },
};

static const PgwPaneChoices *
choices_of (const PgwPaneType *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (pane_choices); i++)
    if (g_str_equal (pane_choices[i].pane, type->id))
      return &pane_choices[i];
  return NULL;
}

static void
fill_zones (PgwPaneView *self, const struct machine *machine, PgwViewOptions *options)
{
  struct view_zone zones[MAX_ZONES];
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;
  guint n = view_zones_brief (machine, zones, MAX_ZONES);

  n = MIN (n, MAX_ZONES);
  gtk_string_list_append (names, g_str_equal (self->type->id, "buddy") ? _("Busiest zone") : _("All zones"));
  self->zones[0] = G_MAXUINT32;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf (_("Node %u, %s"), zones[i].nid, zones[i].name);

      gtk_string_list_append (names, name);
      self->zones[i + 1] = zones[i].ref;
      if (zones[i].ref == pgw_view_options_get_zone (options))
        selected = i + 1;
    }
  self->n_zones = n + 1;
  gtk_drop_down_set_model (self->zone_chooser, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->zone_chooser, selected);
  gtk_widget_set_visible (GTK_WIDGET (self->zone_chooser), self->choices->zone && n > 1);
}

/* What may differ, for a scenario; the chooser of zones serves for it. */
static void
fill_kinds (PgwPaneView *self, PgwSession *session, PgwViewOptions *options)
{
  const PgwComparisonKind *kinds = pgw_scenario_get_comparison_kinds (pgw_session_get_scenario (session));
  PgwComparison *comparison = pgw_view_options_get_comparison (options);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  if (comparison == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->zone_chooser), FALSE);
      return;
    }
  for (guint i = 0; kinds[i].id != NULL; i++)
    {
      gtk_string_list_append (names, _(kinds[i].title));
      if (g_strcmp0 (kinds[i].id, pgw_comparison_get_kind (comparison)) == 0)
        selected = i;
    }
  if (kinds != self->kinds)     /* a list that is open stays so while machines are recorded */
    gtk_drop_down_set_model (self->zone_chooser, G_LIST_MODEL (names));
  self->kinds = kinds;
  gtk_drop_down_set_selected (self->zone_chooser, selected);
  gtk_widget_set_visible (GTK_WIDGET (self->zone_chooser), TRUE);
}

static void
fill_compared_panes (PgwPaneView *self, PgwViewOptions *options)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = 0, selected = 0;

  for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
    if (pgw_pane_can_be_compared (*type))
      {
        gtk_string_list_append (names, _((*type)->title));
        if (g_str_equal ((*type)->id, pgw_view_options_get_compared_pane (options)))
          selected = n;
        n++;
      }
  if (!gtk_widget_get_visible (GTK_WIDGET (self->option_chooser)))
    gtk_drop_down_set_model (self->option_chooser, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->option_chooser, selected);
  gtk_widget_set_visible (GTK_WIDGET (self->option_chooser), TRUE);
}

static void
name_chooser (GtkDropDown *chooser, const char *text)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (chooser), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chooser), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
choose_kind (PgwPaneView *self, PgwSession *session)
{
  PgwComparison *comparison = pgw_view_options_get_comparison (pgw_view_options_get (session));
  guint selected = gtk_drop_down_get_selected (self->zone_chooser);

  if (comparison != NULL && self->kinds != NULL && selected != GTK_INVALID_LIST_POSITION)
    pgw_comparison_set_kind (comparison, self->kinds[selected].id);
}

static void
choose_compared_pane (PgwPaneView *self, PgwSession *session)
{
  guint n = gtk_drop_down_get_selected (self->option_chooser);

  for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
    if (pgw_pane_can_be_compared (*type) && n-- == 0)
      {
        pgw_view_options_set_compared_pane (pgw_view_options_get (session), (*type)->id);
        return;
      }
}

void
pgw_pane_choosers_fill (PgwPaneView *self, PgwSession *session)
{
  const struct machine *machine = pgw_timeline_get_machine (pgw_session_get_timeline (session));
  PgwViewOptions *options = pgw_view_options_get (session);

  if (self->choices == NULL)
    return;
  self->filling = TRUE;
  if (self->choices->zone)
    fill_zones (self, machine, options);
  if (self->choices->machines)
    {
      fill_kinds (self, session, options);
      fill_compared_panes (self, options);
    }
  self->filling = FALSE;
}

/* The files of the machine, then those of the task that the pane is about. */
static GtkStringList *
list_proc_files (void)
{
  GtkStringList *names = gtk_string_list_new (view_proc_names ());

  for (const char *const *name = view_proc_task_names (); *name != NULL; name++)
    gtk_string_list_take (names, g_strconcat ("self/", *name, NULL));
  return names;
}

#define NO_LAYOUT "" /* name of the setting where a pane stands in no layout */

static void
choose_proc_file (PgwPaneView *self)
{
  g_autofree char *file = pgw_settings_get_entry ("proc-files", self->layout != NULL ? self->layout : NO_LAYOUT,
                                                  self->usual_option);
  GListModel *names = gtk_drop_down_get_model (self->option_chooser);
  guint selected = 0;

  for (guint i = 0; file != NULL && i < g_list_model_get_n_items (names); i++)
    if (g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (names), i), file))
      selected = i;
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->option_chooser, selected);
  self->filling = FALSE;
}

void
pgw_pane_choosers_take_place (PgwPaneView *self)
{
  if (self->choices != NULL && self->choices->proc_file)
    choose_proc_file (self);
}

static void
fill_proc_files (PgwPaneView *self)
{
  g_autoptr (GtkStringList) names = list_proc_files ();

  gtk_drop_down_set_model (self->option_chooser, G_LIST_MODEL (names));
  choose_proc_file (self);
  name_chooser (self->option_chooser, _("File of /proc"));
  gtk_widget_set_visible (GTK_WIDGET (self->option_chooser), TRUE);
}

static void
fill_sorts (PgwPaneView *self)
{
  g_autofree char *sort = pgw_settings_get_string ("slab-sort", pgw_slab_sorts ()->id);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  for (guint i = 0; pgw_slab_sorts ()[i].id != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s (%c)", _(pgw_slab_sorts ()[i].title), pgw_slab_sorts ()[i].key);

      gtk_string_list_append (names, name);
      if (g_str_equal (pgw_slab_sorts ()[i].id, sort))
        selected = i;
    }
  gtk_drop_down_set_model (self->option_chooser, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->option_chooser, selected);
  name_chooser (self->option_chooser, _("How the caches are sorted"));
  gtk_widget_set_visible (GTK_WIDGET (self->option_chooser), TRUE);
}

/* The keys of slabtop, while the picture has the focus. */
static gboolean
sort_key_cb (PgwPaneView *self, guint keyval, guint keycode, GdkModifierType state)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  for (guint i = 0; pgw_slab_sorts ()[i].id != NULL; i++)
    if (keyval == (guint) pgw_slab_sorts ()[i].key)
      {
        gtk_drop_down_set_selected (self->option_chooser, i);
        return GDK_EVENT_STOP;
      }
  return GDK_EVENT_PROPAGATE;
}

static void
add_sort_keys (PgwPaneView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (sort_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->canvas), keys);
}

static void
choose_sort (PgwPaneView *self)
{
  guint selected = gtk_drop_down_get_selected (self->option_chooser);

  if (selected == GTK_INVALID_LIST_POSITION)
    return;
  pgw_pane_canvas_set_option (self->canvas, pgw_slab_sorts ()[selected].id);
  if (!self->filling)
    pgw_settings_set_string ("slab-sort", pgw_slab_sorts ()[selected].id);
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

void
pgw_pane_choosers_zone_selected (PgwPaneView *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  guint selected = gtk_drop_down_get_selected (self->zone_chooser);

  if (self->filling || session == NULL)
    return;
  if (self->choices != NULL && self->choices->machines)
    choose_kind (self, session);
  else if (selected < self->n_zones)
    pgw_view_options_set_zone (pgw_view_options_get (session), self->zones[selected]);
}

void
pgw_pane_choosers_option_selected (PgwPaneView *self)
{
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (self->option_chooser);

  if (chosen == NULL)
    return;
  if (self->choices != NULL && self->choices->machines)
    {
      if (!self->filling && pgw_section_get_session (PGW_SECTION (self)) != NULL)
        choose_compared_pane (self, pgw_section_get_session (PGW_SECTION (self)));
      return;
    }
  if (self->choices != NULL && self->choices->sort)
    {
      choose_sort (self);
      return;
    }
  pgw_pane_canvas_set_option (self->canvas, gtk_string_object_get_string (chosen));
  if (self->choices != NULL && self->choices->proc_file && !self->filling)
    pgw_settings_set_entry ("proc-files", self->layout != NULL ? self->layout : NO_LAYOUT,
                            gtk_string_object_get_string (chosen));
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

/* What is chosen is cut where there is little room; the list that opens has it in full. */
static void
setup_chosen_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 5);
  gtk_list_item_set_child (item, label);
}

static void
bind_chosen_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
let_shrink (GtkDropDown *chooser)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_chosen_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_chosen_cb), NULL);
  gtk_drop_down_set_list_factory (chooser, gtk_drop_down_get_factory (chooser));
  gtk_drop_down_set_factory (chooser, factory);
}

void
pgw_pane_choosers_init (PgwPaneView *self)
{
  let_shrink (self->zone_chooser);
  let_shrink (self->option_chooser);
  self->choices = choices_of (self->type);
  if (self->choices != NULL && self->choices->proc_file)
    fill_proc_files (self);
  if (self->choices != NULL && self->choices->sort)
    {
      fill_sorts (self);
      choose_sort (self);
      add_sort_keys (self);
      gtk_widget_set_visible (GTK_WIDGET (self->object_bar), TRUE);
    }
  if (self->choices != NULL && self->choices->machines)
    {
      name_chooser (self->zone_chooser, _("What the machines differ in"));
      name_chooser (self->option_chooser, _("What is shown of each machine"));
    }
}
