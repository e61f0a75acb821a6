/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inspector. Old values are read by standing at the step before for a
 * moment. Rows stay from object to object and only their texts change: to
 * make a row costs a hundred times as much as to say another word in it.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-inspector.h"
#include "pgw-list.h"
#include "pgw-settings.h"
#include "pgw-tooltip.h"
#include "pgw-step-before.h"
#include "src/engine/pgw-leaks.h"
#include "src/engine/pgw-narration.h"
#include "src/engine/pgw-object-name.h"

#define ALLOCATED_AT    "(allocated at step)"
#define MAX_FIELDS  256
#define NAME_CHARS  17
#define VALUE_CHARS 10

/* ---- The inspector ---- */

struct _PgwInspector {
  PgwSection       parent_instance;

  GListStore      *fields;
  mm_object_t      shown;               /* object the fields are of */
  GSignalGroup    *signals;             /* of the session, for following */
  gboolean         following;           /* the selection is being set from code */
  guint            change_id;           /* timeout that looks for the last change */

  GtkLabel        *object_label;
  GtkToggleButton *follow_button;
  GtkStack        *stack;
  GtkListView     *list;
  GtkWidget       *change_bar;
  GtkButton       *last_change_button;
};

G_DEFINE_FINAL_TYPE (PgwInspector, pgw_inspector, PGW_TYPE_SECTION)

static gboolean
link_cb (PgwInspector *self, const char *uri)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  guint64 object;

  if (session != NULL && g_str_has_prefix (uri, "object:")
      && g_ascii_string_to_unsigned (uri + strlen ("object:"), 16, 1, G_MAXUINT64, &object, NULL))
    pgw_session_set_selection (session, object);
  if (session != NULL && g_str_has_prefix (uri, "step:"))
    pgw_session_seek (session, g_ascii_strtoull (uri + strlen ("step:"), NULL, 10));
  return TRUE;
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PgwInspector *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *value = gtk_label_new (NULL);

  gtk_widget_add_css_class (box, "field");
  gtk_widget_add_css_class (name, "field-name");
  gtk_widget_add_css_class (value, "field-value");
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_yalign (GTK_LABEL (name), 0);
  gtk_label_set_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_yalign (GTK_LABEL (value), 0);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (value), VALUE_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (value), VALUE_CHARS);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), value);
  g_signal_connect_object (value, "activate-link", G_CALLBACK (link_cb), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, box);
  gtk_list_item_set_activatable (item, FALSE);
}

/* The value, as a link to the object or the step it names. */
static char *
value_markup (PgwInspectorField *field)
{
  const char *value = pgw_inspector_field_get_value (field);
  g_autofree char *escaped = g_markup_escape_text (value, -1);

  if (pgw_inspector_field_get_object (field) != 0)
    return g_strdup_printf ("<a href=\"object:%" G_GINT64_MODIFIER "x\">%s</a>", pgw_inspector_field_get_object (field),
                            escaped);
  if (g_str_equal (pgw_inspector_field_get_name (field), ALLOCATED_AT))
    return g_strdup_printf ("<a href=\"step:%s\">%s</a>", value, escaped);
  return g_steal_pointer (&escaped);
}

static void
show_row (GtkListItem *item, PgwInspectorField *field)
{
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *name = gtk_widget_get_first_child (box);
  g_autofree char *tooltip = g_strdup_printf ("%s %s", pgw_inspector_field_get_type_name (field),
                                              pgw_inspector_field_get_name (field));
  g_autofree char *markup = value_markup (field);

  if (pgw_inspector_field_get_old_value (field) != NULL)
    {
      g_autofree char *old = g_markup_escape_text (pgw_inspector_field_get_old_value (field), -1);
      char *both = g_strdup_printf ("%s → %s", *old != '\0' ? old : "∅", markup);

      g_free (markup);
      markup = both;
      gtk_widget_add_css_class (box, "changed");
    }
  else
    gtk_widget_remove_css_class (box, "changed");
  gtk_label_set_text (GTK_LABEL (name), pgw_inspector_field_get_name (field));
  gtk_label_set_markup (GTK_LABEL (gtk_widget_get_last_child (box)), markup);
  pgw_tooltip_set (name, tooltip);
}

static void
field_changed_cb (PgwInspectorField *field, GParamSpec *pspec, GtkListItem *item)
{
  show_row (item, field);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PgwInspector *self)
{
  PgwInspectorField *field = gtk_list_item_get_item (item);

  g_signal_connect (field, "notify::value", G_CALLBACK (field_changed_cb), item);
  show_row (item, field);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PgwInspector *self)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), field_changed_cb, item);
}

/* ---- Fields ---- */

G_GNUC_PRINTF (5, 6) static void
add_field (struct view_field *fields, guint *n, const char *name, const char *type, const char *format, ...)
{
  va_list arguments;

  g_strlcpy (fields[*n].name, name, sizeof fields[*n].name);
  g_strlcpy (fields[*n].type, type, sizeof fields[*n].type);
  va_start (arguments, format);
  g_vsnprintf (fields[*n].value, sizeof fields[*n].value, format, arguments);
  va_end (arguments);
  (*n)++;
}

/* An operation has no bytes in the machine: its members are those of the script, and how it went. */
static guint
read_operation (PgwSession *session, guint64 index, struct view_field *fields)
{
  PgwScenario *scenario = pgw_session_get_scenario (session);
  const struct mm_op *op;
  char gfp[96];
  guint n = 0;
  PgwOpRun run;

  if (scenario == NULL || index >= pgw_scenario_get_n_ops (scenario))
    return 0;
  op = &pgw_scenario_get_ops (scenario)[index];
  view_gfp (op->gfp, gfp, sizeof gfp);
  add_field (fields, &n, "kind", "u16", "%s", view_op_name (op->kind));
  add_field (fields, &n, "cpu", "u8", "%u", op->cpu);
  add_field (fields, &n, "nid", "s8", "%d", op->nid);
  add_field (fields, &n, "slot", "u32", "%u", op->slot);
  fields[n - 1].object = mm_object (MM_OBJECT_SLOT, op->slot);
  add_field (fields, &n, "nr", "u32", "%u", op->nr);
  add_field (fields, &n, "order", "u32", "%u", op->order);
  add_field (fields, &n, "gfp", "gfp_t", "%s", gfp);
  if (!pgw_timeline_get_op_run (pgw_session_get_timeline (session), index, &run))
    return n;
  add_field (fields, &n, "first step", "u64", "%" G_GUINT64_FORMAT, run.first_step);
  add_field (fields, &n, "last step", "u64", "%" G_GUINT64_FORMAT, run.last_step);
  if (run.finished && run.result < 0)
    add_field (fields, &n, "result", "s64", "%s", view_errno_name (run.result));
  else if (run.finished && op->kind == OP_alloc_pages)
    {
      add_field (fields, &n, "result", "pfn", "0x%" G_GINT64_MODIFIER "x", (guint64) run.result);
      fields[n - 1].object = mm_object (MM_OBJECT_PAGE, run.result);
    }
  else if (run.finished)
    add_field (fields, &n, "result", "s64", "%" G_GINT64_FORMAT, run.result);
  return n;
}

/* Behind the operation that allocated an object comes the step in which it did, to go to. */
static guint
add_allocation (PgwTimeline *timeline, mm_object_t object, struct view_field *fields, guint n)
{
  struct view_slab_object view;
  guint64 step;
  guint at = 0;

  if (mm_object_kind (object) != MM_OBJECT_SLAB_OBJECT || n + 1 >= MAX_FIELDS
      || !view_slab_object (pgw_timeline_get_machine (timeline), mm_object_id (object), &view)
      || view.state != VIEW_OBJECT_USED
      || (step = pgw_object_allocated_at (timeline, view.addr, view.op)) == 0)
    return n;
  while (at < n && !g_str_equal (fields[at].name, "(allocated by)"))
    at++;
  at = MIN (at + 1, n);
  memmove (&fields[at + 1], &fields[at], (n - at) * sizeof *fields);
  memset (&fields[at], 0, sizeof fields[at]);
  add_field (fields, &at, ALLOCATED_AT, "u64", "%" G_GUINT64_FORMAT, step);
  return n + 1;
}

static guint
read_fields (PgwSession *session, mm_object_t object, struct view_field *fields)
{
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  guint n;

  if (mm_object_kind (object) == MM_OBJECT_OP)
    return read_operation (session, mm_object_id (object), fields);
  n = MIN (view_object_fields (pgw_timeline_get_machine (timeline), object, fields, MAX_FIELDS), MAX_FIELDS);
  return add_allocation (timeline, object, fields, n);
}

static const char *
find_value (const struct view_field *fields, guint n, guint hint, const char *name)
{
  if (hint < n && g_str_equal (fields[hint].name, name))
    return fields[hint].value;
  for (guint i = 0; i < n; i++)
    if (g_str_equal (fields[i].name, name))
      return fields[i].value;
  return NULL;
}

static void
show_fields (PgwInspector *self, PgwSession *session, mm_object_t object)
{
  g_autofree struct view_field *now = g_new0 (struct view_field, MAX_FIELDS);
  g_autofree struct view_field *before = g_new0 (struct view_field, MAX_FIELDS);
  guint n = read_fields (session, object, now), n_before = 0, n_shown;

  if (pgw_session_get_state (session) != PGW_SESSION_RECORDING && pgw_step_before_enter (session))
    {
      n_before = read_fields (session, object, before);
      pgw_step_before_leave (session);
    }
  n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->fields));
  pgw_list_store_truncate (self->fields, n);
  for (guint i = 0; i < n; i++)
    {
      const char *old_value = find_value (before, n_before, i, now[i].name);
      g_autoptr (PgwInspectorField) field = i < n_shown ? g_list_model_get_item (G_LIST_MODEL (self->fields), i)
                                                        : pgw_inspector_field_new ();

      if (old_value != NULL && g_str_equal (old_value, now[i].value))
        old_value = NULL;
      pgw_inspector_field_set (field, &now[i], old_value);
      if (i >= n_shown)
        g_list_store_append (self->fields, field);
    }
}

/* ---- The last change ---- */

static gboolean
find_change_cb (gpointer data)
{
  PgwInspector *self = data;
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  PgwTimeline *timeline = session != NULL ? pgw_session_get_timeline (session) : NULL;
  g_autofree char *text = NULL;
  guint64 step;

  self->change_id = 0;
  if (timeline == NULL || self->shown == 0 || mm_object_kind (self->shown) == MM_OBJECT_OP)
    return G_SOURCE_REMOVE;
  step = pgw_timeline_find_change (timeline, self->shown, pgw_session_get_position (session), FALSE);
  if (step == 0)
    text = g_strdup (_("not since boot"));
  else
    text = g_strdup_printf (_("op %lu, step %lu ⟲"),
                            (gulong) pgw_timeline_op_at (timeline, step) + 1, (gulong) step);
  gtk_button_set_label (self->last_change_button, text);
  /* A long text must not make the whole column wider. */
  if (GTK_IS_LABEL (gtk_button_get_child (self->last_change_button)))
    gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (self->last_change_button)), PANGO_ELLIPSIZE_END);
  gtk_widget_set_sensitive (GTK_WIDGET (self->last_change_button), step != 0);
  return G_SOURCE_REMOVE;
}

static void
queue_find_change (PgwInspector *self, PgwSession *session)
{
  PgwSessionState state = pgw_session_get_state (session);

  g_clear_handle_id (&self->change_id, g_source_remove);
  if (state == PGW_SESSION_STOPPED)
    self->change_id = g_timeout_add (60, find_change_cb, self);
  else
    {
      gtk_button_set_label (self->last_change_button, "…");
      gtk_widget_set_sensitive (GTK_WIDGET (self->last_change_button), FALSE);
    }
}

/* ---- Following ---- */

/* The event of the position names what is to be selected. */
static void
follow (PgwInspector *self, PgwSession *session)
{
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  const PgwEvent *event;
  mm_object_t subject;

  if (timeline == NULL || !pgw_inspector_get_follow (self))
    return;
  event = pgw_timeline_get_event (timeline, pgw_session_get_position (session));
  subject = event != NULL ? pgw_event_subject (event) : 0;
  if (subject == 0)
    return;
  self->following = TRUE;
  pgw_session_set_selection (session, subject);
  self->following = FALSE;
}

static void
moved_cb (PgwInspector *self, guint64 from, guint64 to, PgwSession *session)
{
  if (pgw_session_get_state (session) != PGW_SESSION_RECORDING)
    follow (self, session);
}

/* Selected by hand: stay with it. */
static void
selection_cb (PgwInspector *self, GParamSpec *pspec, PgwSession *session)
{
  if (!self->following && pgw_session_get_selection (session) != 0)
    pgw_inspector_set_follow (self, FALSE);
}

static void
session_cb (PgwInspector *self)
{
  g_signal_group_set_target (self->signals, pgw_section_get_session (PGW_SECTION (self)));
}

static void
follow_toggled_cb (PgwInspector *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));

  if (session != NULL)
    follow (self, session);
}

static void
pgw_inspector_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwInspector *self = PGW_INSPECTOR (section);
  g_autofree char *name = NULL;
  mm_object_t object;

  if (session == NULL || pgw_session_get_timeline (session) == NULL)
    {
      g_list_store_remove_all (self->fields);
      gtk_label_set_text (self->object_label, "");
      gtk_stack_set_visible_child_name (self->stack, "empty");
      gtk_widget_set_visible (self->change_bar, FALSE);
      return;
    }
  object = pgw_session_get_selection (session);
  name = pgw_object_name (pgw_timeline_get_machine (pgw_session_get_timeline (session)), object);
  gtk_label_set_text (self->object_label, name);
  pgw_tooltip_set (GTK_WIDGET (self->object_label), name);
  self->shown = object;
  if (object != 0)
    show_fields (self, session, object);
  else
    g_list_store_remove_all (self->fields);
  gtk_stack_set_visible_child_name (self->stack, object != 0 ? "fields" : "empty");
  gtk_widget_set_visible (self->change_bar, object != 0 && mm_object_kind (object) != MM_OBJECT_OP);
  queue_find_change (self, session);
}

static gboolean
pgw_inspector_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PGW_INSPECTOR (widget)->list));
}

static void
pgw_inspector_dispose (GObject *object)
{
  PgwInspector *self = PGW_INSPECTOR (object);

  g_clear_handle_id (&self->change_id, g_source_remove);
  if (self->signals != NULL)
    g_signal_group_set_target (self->signals, NULL);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_INSPECTOR);
  g_clear_object (&self->fields);
  g_clear_object (&self->signals);
  G_OBJECT_CLASS (pgw_inspector_parent_class)->dispose (object);
}

static void
pgw_inspector_class_init (PgwInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_inspector_dispose;
  widget_class->grab_focus = pgw_inspector_grab_focus;
  PGW_SECTION_CLASS (klass)->update = pgw_inspector_update;
  PGW_SECTION_CLASS (klass)->busy_interval = G_USEC_PER_SEC / 10;

  gtk_widget_class_set_css_name (widget_class, "pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwInspector, object_label);
  gtk_widget_class_bind_template_child (widget_class, PgwInspector, follow_button);
  gtk_widget_class_bind_template_child (widget_class, PgwInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, PgwInspector, list);
  gtk_widget_class_bind_template_child (widget_class, PgwInspector, change_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwInspector, last_change_button);
  gtk_widget_class_bind_template_callback (widget_class, follow_toggled_cb);
}

static void
pgw_inspector_init (PgwInspector *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkNoSelection *model;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Inspector"), -1);
  self->signals = g_signal_group_new (PGW_TYPE_SESSION);
  g_signal_group_connect_swapped (self->signals, "moved", G_CALLBACK (moved_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::selection", G_CALLBACK (selection_cb), self);
  g_signal_connect (self, "notify::session", G_CALLBACK (session_cb), NULL);
  self->fields = g_list_store_new (PGW_TYPE_INSPECTOR_FIELD);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_row_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_row_cb), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  model = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->fields)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  g_object_unref (model);
  gtk_toggle_button_set_active (self->follow_button, pgw_settings_get_boolean ("follow-event", TRUE));
}

GtkWidget *
pgw_inspector_new (void)
{
  return g_object_new (PGW_TYPE_INSPECTOR, NULL);
}

GListModel *
pgw_inspector_get_fields (PgwInspector *self)
{
  g_return_val_if_fail (PGW_IS_INSPECTOR (self), NULL);

  return G_LIST_MODEL (self->fields);
}

gboolean
pgw_inspector_get_follow (PgwInspector *self)
{
  g_return_val_if_fail (PGW_IS_INSPECTOR (self), FALSE);

  return gtk_toggle_button_get_active (self->follow_button);
}

void
pgw_inspector_set_follow (PgwInspector *self, gboolean active)
{
  g_return_if_fail (PGW_IS_INSPECTOR (self));

  gtk_toggle_button_set_active (self->follow_button, active);
}
