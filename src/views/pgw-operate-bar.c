/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocate, free, drain and tune by hand. What can be chosen is read from the
 * machine when a popover opens.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-memory-bar.h"
#include "pgw-entry-builder.h"
#include "pgw-operate-bar.h"

#define MAX_LIVE_SLOTS 5000

/* Flags one meets most; those the core does not know are left out of the chooser. */
static const char *const gfp_choices[] = {
  "GFP_KERNEL",
  "GFP_HIGHUSER_MOVABLE",
  "GFP_USER",
  "GFP_ATOMIC",
  "GFP_NOWAIT",
  "GFP_KERNEL|__GFP_RECLAIMABLE",
  "GFP_KERNEL|__GFP_ZERO",
  "GFP_KERNEL|__GFP_COMP",
  "GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN",
  "GFP_KERNEL|__GFP_THISNODE",
  "GFP_NOIO",
  "GFP_NOFS",
  "GFP_DMA32",
  "GFP_DMA",
};

struct _PgwOperateBar {
  PgwSection     parent_instance;

  GtkMenuButton *allocate_button;
  GtkPopover    *allocate_popover;
  GtkSpinButton *order_spin;
  GtkLabel      *order_label;
  GtkDropDown   *gfp_chooser;
  GtkDropDown   *node_chooser;
  GtkDropDown   *cpu_chooser;
  GtkSpinButton *count_spin;
  GtkEntry      *name_entry;

  GtkMenuButton *free_menu_button;
  GtkPopover    *free_popover;
  GtkDropDown   *slot_chooser;
  GtkLabel      *free_label;
  GtkWidget     *free_button;

  GtkMenuButton *machine_button;
  GtkPopover    *machine_popover;
  GtkDropDown   *tunable_chooser;
  GtkSpinButton *tunable_spin;

  PgwMemoryBar  *memory_bar;
};

G_DEFINE_FINAL_TYPE (PgwOperateBar, pgw_operate_bar, PGW_TYPE_SECTION)

/* ---- Giving an operation to the window ---- */

/* Takes the builder. */
static void
give (PgwOperateBar *self, JsonBuilder *builder, GtkPopover *popover)
{
  g_autofree char *json = pgw_entry_builder_end (builder);

  pgw_entry_give (PGW_SECTION (self), json, popover);
}

/* ---- Allocate ---- */

static void
order_changed_cb (PgwOperateBar *self)
{
  guint order = gtk_spin_button_get_value_as_int (self->order_spin);
  g_autofree char *size = g_format_size_full ((guint64) PAGE_SIZE << order, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u page, %s", "%u pages, %s", 1u << order),
                                           1u << order, size);

  gtk_label_set_text (self->order_label, text);
}

static void
set_numbers (GtkDropDown *chooser, const char *first, const char *format, guint n)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = gtk_drop_down_get_selected (chooser);

  if (first != NULL)
    gtk_string_list_append (names, first);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf (format, i);

      gtk_string_list_append (names, name);
    }
  gtk_drop_down_set_model (chooser, G_LIST_MODEL (names));
  if (selected < g_list_model_get_n_items (G_LIST_MODEL (names)))
    gtk_drop_down_set_selected (chooser, selected);
}

static void
allocate_popover_show_cb (PgwOperateBar *self)
{
  const struct machine *machine = pgw_section_get_machine (PGW_SECTION (self));
  g_autofree char *name = NULL;
  struct view_machine about;

  if (machine == NULL)
    return;
  view_machine (machine, &about);
  set_numbers (self->node_chooser, _("That of the CPU"), _("Node %u"), about.nr_nodes);
  set_numbers (self->cpu_chooser, NULL, _("CPU %u"), about.nr_cpus);
  name = pgw_entry_dup_new_name (PGW_SECTION (self));
  gtk_entry_set_placeholder_text (self->name_entry, name);
}

static void
allocate_cb (PgwOperateBar *self)
{
  int order = gtk_spin_button_get_value_as_int (self->order_spin);
  int count = gtk_spin_button_get_value_as_int (self->count_spin);
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_entry));
  GtkStringObject *gfp = gtk_drop_down_get_selected_item (self->gfp_chooser);
  guint node = gtk_drop_down_get_selected (self->node_chooser);
  guint cpu = gtk_drop_down_get_selected (self->cpu_chooser);
  g_autofree char *made_up = NULL;
  JsonBuilder *entry;

  if (pgw_section_get_machine (PGW_SECTION (self)) == NULL)
    return;
  made_up = pgw_entry_dup_new_name (PGW_SECTION (self));
  entry = pgw_entry_builder_new (count > 1 ? "alloc_many" : "alloc_pages");
  if (count > 1)
    pgw_entry_builder_add_number (entry, "count", count);
  pgw_entry_builder_add_number (entry, "order", order);
  if (gfp != NULL)
    pgw_entry_builder_add_string (entry, "gfp", gtk_string_object_get_string (gfp));
  if (node != GTK_INVALID_LIST_POSITION && node > 0)
    pgw_entry_builder_add_number (entry, "node", node - 1);
  if (cpu != GTK_INVALID_LIST_POSITION && cpu > 0)
    pgw_entry_builder_add_number (entry, "cpu", cpu);
  pgw_entry_builder_add_string (entry, "as", *name != '\0' ? name : made_up);
  gtk_editable_set_text (GTK_EDITABLE (self->name_entry), "");
  give (self, entry, self->allocate_popover);
}

/* ---- Free ---- */

/* The slot that holds what is selected; -1 = none. */
static gint64
selected_slot (PgwOperateBar *self, const struct machine *machine)
{
  mm_object_t selection = pgw_session_get_selection (pgw_section_get_session (PGW_SECTION (self)));
  struct view_page page;

  if (mm_object_kind (selection) == MM_OBJECT_SLOT)
    return mm_object_id (selection);
  if (mm_object_kind (selection) == MM_OBJECT_PAGE && view_page (machine, mm_object_id (selection), &page))
    return page.slot;
  return -1;
}

static void
show_free_choice (PgwOperateBar *self, guint n)
{
  gtk_widget_set_visible (GTK_WIDGET (self->slot_chooser), n > 0);
  gtk_widget_set_sensitive (self->free_button, n > 0);
  gtk_label_set_text (self->free_label, n > 0 ? _("Select a block in a pane to choose it here.")
                                              : _("Nothing with a name is allocated at this step."));
}

static void
free_popover_show_cb (PgwOperateBar *self)
{
  const struct machine *machine = pgw_section_get_machine (PGW_SECTION (self));
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = 0, selected = 0;
  struct view_machine about;
  struct mm_slot slot;
  gint64 wanted;

  if (machine == NULL)
    return;
  view_machine (machine, &about);
  wanted = selected_slot (self, machine);
  for (guint i = 0; i < about.nr_slots && n < MAX_LIVE_SLOTS; i++)
    {
      g_autofree char *name = NULL;

      view_slot (machine, i, &slot);
      if (slot.state != SLOT_LIVE || slot.kind != SLOT_PAGES)
        continue;
      name = pgw_scenario_slot_name (pgw_session_get_scenario (session), i);
      if (name == NULL)
        continue;
      if (i == wanted)
        selected = n;
      gtk_string_list_append (names, name);
      n++;
    }
  gtk_drop_down_set_model (self->slot_chooser, G_LIST_MODEL (names));
  if (n > 0)
    gtk_drop_down_set_selected (self->slot_chooser, selected);
  show_free_choice (self, n);
}

static void
free_cb (PgwOperateBar *self)
{
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (self->slot_chooser);
  JsonBuilder *entry;

  if (chosen == NULL)
    return;
  entry = pgw_entry_builder_new ("free_pages");
  pgw_entry_builder_add_string (entry, "of", gtk_string_object_get_string (chosen));
  give (self, entry, self->free_popover);
}

/* ---- Machine ---- */

static void
drain_local_cb (PgwOperateBar *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  const struct machine *machine = pgw_section_get_machine (PGW_SECTION (self));
  struct view_machine about;
  JsonBuilder *entry;

  if (machine == NULL || session == NULL)
    return;
  view_machine (machine, &about);
  entry = pgw_entry_builder_new ("drain_local_pages");
  pgw_entry_builder_add_number (entry, "cpu", about.cpu);
  give (self, entry, self->machine_popover);
}

static void
drain_all_cb (PgwOperateBar *self)
{
  if (pgw_section_get_machine (PGW_SECTION (self)) != NULL)
    give (self, pgw_entry_builder_new ("drain_all_pages"), self->machine_popover);
}

static void
tune_cb (PgwOperateBar *self)
{
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (self->tunable_chooser);
  JsonBuilder *entry;

  if (chosen == NULL || pgw_section_get_machine (PGW_SECTION (self)) == NULL)
    return;
  entry = pgw_entry_builder_new ("set_tunable");
  pgw_entry_builder_add_string (entry, "tunable", gtk_string_object_get_string (chosen));
  pgw_entry_builder_add_number (entry, "value", gtk_spin_button_get_value_as_int (self->tunable_spin));
  give (self, entry, self->machine_popover);
}

static void
show_tunable (PgwOperateBar *self)
{
  const struct machine *machine = pgw_section_get_machine (PGW_SECTION (self));
  guint selected = gtk_drop_down_get_selected (self->tunable_chooser);
  struct view_machine about;

  if (machine == NULL || selected >= NR_TUNABLES)
    return;
  view_machine (machine, &about);
  gtk_spin_button_set_value (self->tunable_spin, (double) (gint64) about.tunables[selected]);
}

static void
machine_popover_show_cb (PgwOperateBar *self)
{
  show_tunable (self);
}

/* ---- Widget ---- */

static void
pgw_operate_bar_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  gtk_widget_set_sensitive (GTK_WIDGET (section), pgw_entry_can_be_given (session));
}

static void
fill_choosers (PgwOperateBar *self)
{
  g_autoptr (GtkStringList) flags = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) tunables = gtk_string_list_new (NULL);
  const char *bad;
  gfp_t gfp;

  for (guint i = 0; i < G_N_ELEMENTS (gfp_choices); i++)
    if (view_parse_gfp (gfp_choices[i], &gfp, &bad))
      gtk_string_list_append (flags, gfp_choices[i]);
  gtk_drop_down_set_model (self->gfp_chooser, G_LIST_MODEL (flags));
  for (guint i = 0; i < NR_TUNABLES; i++)
    gtk_string_list_append (tunables, view_tunable_name (i));
  gtk_drop_down_set_model (self->tunable_chooser, G_LIST_MODEL (tunables));
}

static void
pgw_operate_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PGW_TYPE_OPERATE_BAR);
  G_OBJECT_CLASS (pgw_operate_bar_parent_class)->dispose (object);
}

static void
pgw_operate_bar_class_init (PgwOperateBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PGW_TYPE_MEMORY_BAR);
  G_OBJECT_CLASS (klass)->dispose = pgw_operate_bar_dispose;
  PGW_SECTION_CLASS (klass)->update = pgw_operate_bar_update;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-operate-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, allocate_button);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, allocate_popover);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, order_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, order_label);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, gfp_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, node_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, cpu_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, count_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, name_entry);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, free_menu_button);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, free_popover);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, slot_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, free_label);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, free_button);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, machine_button);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, machine_popover);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, tunable_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, tunable_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwOperateBar, memory_bar);
  gtk_widget_class_bind_template_callback (widget_class, allocate_popover_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, allocate_cb);
  gtk_widget_class_bind_template_callback (widget_class, free_popover_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, free_cb);
  gtk_widget_class_bind_template_callback (widget_class, machine_popover_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, drain_local_cb);
  gtk_widget_class_bind_template_callback (widget_class, drain_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, tune_cb);
}

/* Enter in a number does what the popover's button does. GtkSpinButton has no property for that before GTK 4.14. */
static void
enter_activates (GtkSpinButton *spin)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (spin));

  if (GTK_IS_TEXT (text))
    gtk_text_set_activates_default (GTK_TEXT (text), TRUE);
}

static void
pgw_operate_bar_init (PgwOperateBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Operations by hand"), -1);
  fill_choosers (self);
  enter_activates (self->order_spin);
  enter_activates (self->count_spin);
  enter_activates (self->tunable_spin);
  g_signal_connect_object (self->order_spin, "value-changed", G_CALLBACK (order_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tunable_chooser, "notify::selected", G_CALLBACK (show_tunable), self,
                           G_CONNECT_SWAPPED);
  order_changed_cb (self);
}

GtkWidget *
pgw_operate_bar_new (void)
{
  return g_object_new (PGW_TYPE_OPERATE_BAR, NULL);
}

void
pgw_operate_bar_show_allocate (PgwOperateBar *self)
{
  g_return_if_fail (PGW_IS_OPERATE_BAR (self));

  gtk_menu_button_popup (self->allocate_button);
}

void
pgw_operate_bar_show_free (PgwOperateBar *self)
{
  g_return_if_fail (PGW_IS_OPERATE_BAR (self));

  gtk_menu_button_popup (self->free_menu_button);
}

void
pgw_operate_bar_show_memory (PgwOperateBar *self, const char *op)
{
  g_return_if_fail (PGW_IS_OPERATE_BAR (self));

  pgw_memory_bar_show (self->memory_bar, op);
}
