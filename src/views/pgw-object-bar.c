/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations on objects by hand. A table says which operations there are and
 * what each asks for; the popover shows just that. Cache and object start as
 * what is selected.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-entry-builder.h"
#include "pgw-object-bar.h"

#define MAX_CHOICES 200

typedef enum {
  ASK_CACHE = 1 << 0,
  ASK_OBJECT = 1 << 1,
  ASK_SIZE = 1 << 2,
  ASK_COUNT = 1 << 3,
  ASK_OFFSET = 1 << 4,
  ASK_VALUE = 1 << 5,
  ASK_NAME = 1 << 6,
  OF_CACHE = 1 << 7,            /* the cache is what the operation is about, not where it takes from */
} Ask;

static const struct {
  const char *op;
  const char *title;
  guint       asks;
} operations[] = {
  { "kmem_cache_create", N_("Make a cache"), ASK_SIZE | ASK_NAME },
  { "kmem_cache_alloc", N_("Allocate from a cache"), ASK_CACHE | ASK_COUNT | ASK_NAME },
  { "kmem_cache_free", N_("Free an object"), ASK_OBJECT },
  { "kmalloc", N_("kmalloc()"), ASK_SIZE | ASK_COUNT | ASK_NAME },
  { "kfree", N_("kfree()"), ASK_OBJECT },
  { "object_poke", N_("Write a byte to an object"), ASK_OBJECT | ASK_OFFSET | ASK_VALUE },
  { "kmem_cache_shrink", N_("Give back empty slabs"), ASK_CACHE | OF_CACHE },
  { "kmem_cache_destroy", N_("Destroy a cache"), ASK_CACHE | OF_CACHE },
};

struct _PgwObjectBar {
  PgwSection     parent_instance;

  GtkMenuButton *button;
  GtkPopover    *popover;
  GtkDropDown   *operation;
  GtkDropDown   *cache;
  GtkDropDown   *of;
  GtkSpinButton *size;
  GtkSpinButton *count;
  GtkSpinButton *offset;
  GtkSpinButton *value;
  GtkEntry      *name;
  GtkWidget     *do_button;
};

G_DEFINE_FINAL_TYPE (PgwObjectBar, pgw_object_bar, PGW_TYPE_SECTION)

static guint
chosen_operation (PgwObjectBar *self)
{
  return MIN (gtk_drop_down_get_selected (self->operation), G_N_ELEMENTS (operations) - 1);
}

/* ---- What is asked ---- */

static void
operation_changed_cb (PgwObjectBar *self)
{
  guint asks = operations[chosen_operation (self)].asks;

  gtk_widget_set_visible (GTK_WIDGET (self->cache), asks & ASK_CACHE);
  gtk_widget_set_visible (GTK_WIDGET (self->of), asks & ASK_OBJECT);
  gtk_widget_set_visible (GTK_WIDGET (self->size), asks & ASK_SIZE);
  gtk_widget_set_visible (GTK_WIDGET (self->count), asks & ASK_COUNT);
  gtk_widget_set_visible (GTK_WIDGET (self->offset), asks & ASK_OFFSET);
  gtk_widget_set_visible (GTK_WIDGET (self->value), asks & ASK_VALUE);
  gtk_widget_set_visible (GTK_WIDGET (self->name), asks & ASK_NAME);
  gtk_widget_set_sensitive (self->do_button, (!(asks & ASK_CACHE) || pgw_entry_chosen_text (self->cache) != NULL)
                            && (!(asks & ASK_OBJECT) || pgw_entry_chosen_text (self->of) != NULL));
}

/* ---- Choices ---- */

static gboolean
is_selected (mm_object_t selection, guint32 number, const struct mm_slot *slot)
{
  switch (mm_object_kind (selection))
    {
    case MM_OBJECT_SLOT:
      return mm_object_id (selection) == number;
    case MM_OBJECT_CACHE:
      return slot->kind == SLOT_CACHE && slot->value == mm_object_id (selection);
    case MM_OBJECT_SLAB_OBJECT:
      return slot->kind == SLOT_OBJECT && (slot->value & ((1UL << SLOT_CACHE_SHIFT) - 1)) == mm_object_id (selection);
    default:
      return FALSE;
    }
}

/* The results of a kind that the script has at this step, by their names; the selected one is among them. */
static void
fill_slots (PgwObjectBar *self, const struct machine *machine, GtkDropDown *chooser, guint kind)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  PgwScenario *scenario = pgw_session_get_scenario (session);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint32 n_slots = pgw_scenario_get_config (scenario)->nr_slots;
  guint n = 0, selected = 0;

  for (guint32 i = 0; i < n_slots; i++)
    {
      g_autofree char *name = NULL;
      struct mm_slot slot;
      gboolean wanted;

      view_slot (machine, i, &slot);
      if (slot.state != SLOT_LIVE || slot.kind != kind)
        continue;
      wanted = is_selected (pgw_session_get_selection (session), i, &slot);
      name = n < MAX_CHOICES || wanted ? pgw_scenario_slot_name (scenario, i) : NULL;
      if (name == NULL)
        continue;
      if (wanted)
        selected = n;
      gtk_string_list_append (names, name);
      n++;
    }
  gtk_drop_down_set_model (chooser, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (chooser, n > 0 ? selected : GTK_INVALID_LIST_POSITION);
}

static void
fill (PgwObjectBar *self)
{
  const struct machine *machine = pgw_section_get_machine (PGW_SECTION (self));
  g_autofree char *name = NULL;

  if (machine == NULL)
    return;
  name = pgw_entry_dup_new_name (PGW_SECTION (self));
  gtk_entry_set_placeholder_text (self->name, name);
  fill_slots (self, machine, self->cache, SLOT_CACHE);
  fill_slots (self, machine, self->of, SLOT_OBJECT);
  operation_changed_cb (self);
}

static void
show_cb (PgwObjectBar *self)
{
  fill (self);
}

/* ---- Giving the operation to the window ---- */

static void
add_number (JsonBuilder *builder, const char *name, GtkSpinButton *spin)
{
  pgw_entry_builder_add_number (builder, name, gtk_spin_button_get_value_as_int (spin));
}

static void
add_asked (PgwObjectBar *self, JsonBuilder *builder, guint asks)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->name));
  const char *name = *typed != '\0' ? typed : gtk_entry_get_placeholder_text (self->name);

  if (asks & ASK_CACHE)
    pgw_entry_builder_add_string (builder, asks & OF_CACHE ? "of" : "cache", pgw_entry_chosen_text (self->cache));
  if (asks & ASK_OBJECT)
    pgw_entry_builder_add_string (builder, "of", pgw_entry_chosen_text (self->of));
  if (asks & ASK_SIZE)
    add_number (builder, "size", self->size);
  if (asks & ASK_COUNT && gtk_spin_button_get_value_as_int (self->count) > 1)
    add_number (builder, "count", self->count);
  if (asks & ASK_OFFSET)
    add_number (builder, "offset", self->offset);
  if (asks & ASK_VALUE)
    add_number (builder, "value", self->value);
  if (asks & ASK_NAME)
    pgw_entry_builder_add_string (builder, "as", name);
  /* A cache has a name of its own, for /proc/slabinfo. */
  if (asks == (ASK_SIZE | ASK_NAME))
    pgw_entry_builder_add_string (builder, "name", name);
}

char *
pgw_object_bar_dup_json (PgwObjectBar *self)
{
  JsonBuilder *builder;
  guint chosen;

  g_return_val_if_fail (PGW_IS_OBJECT_BAR (self), NULL);

  chosen = chosen_operation (self);
  if (pgw_section_get_machine (PGW_SECTION (self)) == NULL || !gtk_widget_get_sensitive (self->do_button))
    return NULL;
  builder = pgw_entry_builder_new (operations[chosen].op);
  add_asked (self, builder, operations[chosen].asks);
  return pgw_entry_builder_end (builder);
}

static void
do_cb (PgwObjectBar *self)
{
  g_autofree char *json = pgw_object_bar_dup_json (self);

  if (json == NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  pgw_entry_give (PGW_SECTION (self), json, self->popover);
}

void
pgw_object_bar_choose (PgwObjectBar *self, const char *op)
{
  g_return_if_fail (PGW_IS_OBJECT_BAR (self));

  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (g_str_equal (operations[i].op, op))
      gtk_drop_down_set_selected (self->operation, i);
  fill (self);
}

/* ---- Widget ---- */

static void
pgw_object_bar_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  gtk_widget_set_sensitive (GTK_WIDGET (section), pgw_entry_can_be_given (session));
}

static void
pgw_object_bar_dispose (GObject *object)
{
  /* The bin must let go of the button itself, before the template does. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PGW_TYPE_OBJECT_BAR);
  G_OBJECT_CLASS (pgw_object_bar_parent_class)->dispose (object);
}

static void
pgw_object_bar_class_init (PgwObjectBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_object_bar_dispose;
  PGW_SECTION_CLASS (klass)->update = pgw_object_bar_update;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-object-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, button);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, popover);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, operation);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, cache);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, of);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, size);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, count);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, offset);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, value);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, name);
  gtk_widget_class_bind_template_child (widget_class, PgwObjectBar, do_button);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
  gtk_widget_class_bind_template_callback (widget_class, operation_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, do_cb);
}

static void
pgw_object_bar_init (PgwObjectBar *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    gtk_string_list_append (titles, _(operations[i].title));
  gtk_drop_down_set_model (self->operation, G_LIST_MODEL (titles));
  operation_changed_cb (self);
}
