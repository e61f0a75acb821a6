/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of tasks by hand. A table says which operations there are and
 * what each asks for; the popover shows just that. Task and address start as
 * what is selected.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "pgw-entry-builder.h"
#include "pgw-memory-bar.h"

#define MAX_TASKS 256
#define N_PROPOSED 5      /* words of a proposal */

typedef enum {
  ASK_TASK = 1 << 0,
  ASK_ADDRESS = 1 << 1,
  ASK_LENGTH = 1 << 2,
  ASK_PROT = 1 << 3,
  ASK_FLAGS = 1 << 4,
  ASK_ADVICE = 1 << 5,
  ASK_VALUE = 1 << 6,
  ASK_NAME = 1 << 7,
  ASK_NEW_LENGTH = 1 << 8,
  ASK_MAY_BE_EMPTY = 1 << 9,    /* the address: the kernel then chooses one */
} Ask;

static const struct {
  const char *op;
  const char *title;
  guint       asks;
} operations[] = {
  { "mmap", N_("Map memory"), ASK_TASK | ASK_ADDRESS | ASK_MAY_BE_EMPTY | ASK_LENGTH | ASK_PROT | ASK_FLAGS | ASK_NAME },
  { "store", N_("Write a byte"), ASK_TASK | ASK_ADDRESS | ASK_VALUE },
  { "load", N_("Read a byte"), ASK_TASK | ASK_ADDRESS },
  { "fork", N_("Fork"), ASK_TASK | ASK_NAME },
  { "munmap", N_("Unmap"), ASK_TASK | ASK_ADDRESS | ASK_LENGTH },
  { "mremap", N_("Grow, shrink or move"), ASK_TASK | ASK_ADDRESS | ASK_LENGTH | ASK_NEW_LENGTH },
  { "mprotect", N_("Change the protection"), ASK_TASK | ASK_ADDRESS | ASK_LENGTH | ASK_PROT },
  { "madvise", N_("Give advice"), ASK_TASK | ASK_ADDRESS | ASK_LENGTH | ASK_ADVICE },
  { "mlock", N_("Lock in memory"), ASK_TASK | ASK_ADDRESS | ASK_LENGTH },
  { "brk", N_("Move the end of the heap"), ASK_TASK | ASK_ADDRESS },
  { "exit", N_("Exit"), ASK_TASK },
  { "task_create", N_("Start a task"), ASK_NAME },
};

static const char *const prots[] = { "rw-", "r--", "r-x", "rwx", "---" };
static const char *const map_flags[] = {
  "PRIVATE|ANONYMOUS", "SHARED|ANONYMOUS", "PRIVATE|ANONYMOUS|POPULATE", "PRIVATE|ANONYMOUS|FIXED",
  "PRIVATE|ANONYMOUS|LOCKED", "PRIVATE|ANONYMOUS|GROWSDOWN", "PRIVATE|ANONYMOUS|NORESERVE",
};
static const char *const advices[] = {
  "DONTNEED", "FREE", "WILLNEED", "COLD", "PAGEOUT", "POPULATE_READ", "POPULATE_WRITE", "HUGEPAGE", "NOHUGEPAGE",
  "DONTFORK", "WIPEONFORK", "SEQUENTIAL", "RANDOM", "NORMAL",
};

struct _PgwMemoryBar {
  PgwSection     parent_instance;

  GtkMenuButton *button;
  GtkPopover    *popover;
  GtkDropDown   *operation;
  GtkDropDown   *task;
  GtkEntry      *address;
  GtkEntry      *length;
  GtkEntry      *new_length;
  GtkDropDown   *prot;
  GtkDropDown   *flags;
  GtkDropDown   *advice;
  GtkSpinButton *value;
  GtkEntry      *name;
  GtkWidget     *do_button;

  char         **proposal;      /* while the popover opens: operation, task, address, length, new length; or NULL */
  char         **task_names;    /* of the choices of `task`; "" = the first task, which needs no name */
};

G_DEFINE_FINAL_TYPE (PgwMemoryBar, pgw_memory_bar, PGW_TYPE_SECTION)

static guint
chosen_operation (PgwMemoryBar *self)
{
  return MIN (gtk_drop_down_get_selected (self->operation), G_N_ELEMENTS (operations) - 1);
}

static const char *
entry_text (GtkEntry *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

/* ---- What is asked ---- */

static void
check_cb (PgwMemoryBar *self)
{
  guint asks = operations[chosen_operation (self)].asks;
  gboolean address = !(asks & ASK_ADDRESS) || asks & ASK_MAY_BE_EMPTY || *entry_text (self->address) != '\0';
  gboolean length = !(asks & ASK_LENGTH) || *entry_text (self->length) != '\0';
  gboolean new_length = !(asks & ASK_NEW_LENGTH) || *entry_text (self->new_length) != '\0';
  gboolean task = !(asks & ASK_TASK) || (self->task_names != NULL && self->task_names[0] != NULL);

  gtk_widget_set_sensitive (self->do_button, address && length && new_length && task);
}

static void
operation_changed_cb (PgwMemoryBar *self)
{
  guint asks = operations[chosen_operation (self)].asks;

  gtk_widget_set_visible (GTK_WIDGET (self->task), asks & ASK_TASK);
  gtk_widget_set_visible (GTK_WIDGET (self->address), asks & ASK_ADDRESS);
  gtk_widget_set_visible (GTK_WIDGET (self->length), asks & ASK_LENGTH);
  gtk_widget_set_visible (GTK_WIDGET (self->new_length), asks & ASK_NEW_LENGTH);
  gtk_widget_set_visible (GTK_WIDGET (self->prot), asks & ASK_PROT);
  gtk_widget_set_visible (GTK_WIDGET (self->flags), asks & ASK_FLAGS);
  gtk_widget_set_visible (GTK_WIDGET (self->advice), asks & ASK_ADVICE);
  gtk_widget_set_visible (GTK_WIDGET (self->value), asks & ASK_VALUE);
  gtk_widget_set_visible (GTK_WIDGET (self->name), asks & ASK_NAME);
  gtk_entry_set_placeholder_text (self->address, asks & ASK_MAY_BE_EMPTY ? _("chosen by the kernel") : NULL);
  check_cb (self);
}

/* ---- Choices ---- */

/* The name that the script has for a task; NULL if it has none. */
static char *
name_of_task (PgwMemoryBar *self, const struct machine *machine, gint32 pid)
{
  PgwScenario *scenario = pgw_session_get_scenario (pgw_section_get_session (PGW_SECTION (self)));
  struct view_machine about;
  struct mm_slot slot;

  view_machine (machine, &about);
  for (guint i = 0; i < about.nr_slots; i++)
    {
      view_slot (machine, i, &slot);
      if (slot.state == SLOT_LIVE && slot.kind == SLOT_TASK && slot.value == (guint64) pid)
        return pgw_scenario_slot_name (scenario, i);
    }
  return NULL;
}

static gint32
selected_task (PgwMemoryBar *self, const struct machine *machine)
{
  mm_object_t selection = pgw_session_get_selection (pgw_section_get_session (PGW_SECTION (self)));
  struct view_mapping user;
  struct view_vma vma;

  if (self->proposal != NULL)
    return strtol (self->proposal[1], NULL, 10);
  if (mm_object_kind (selection) == MM_OBJECT_PTE)
    return mm_pte_object_pid (selection);
  if (mm_object_kind (selection) == MM_OBJECT_PAGE
      && view_page_users (machine, mm_object_id (selection), &user, 1) > 0)
    return user.pid;
  if (mm_object_kind (selection) == MM_OBJECT_TASK)
    return mm_object_id (selection);
  if (mm_object_kind (selection) == MM_OBJECT_VMA && view_vma (machine, mm_object_id (selection), &vma))
    return vma.pid;
  return 0;
}

static void
fill_tasks (PgwMemoryBar *self, const struct machine *machine)
{
  g_autofree struct view_task *tasks = g_new (struct view_task, MAX_TASKS);
  guint n = MIN (view_tasks (machine, tasks, MAX_TASKS), MAX_TASKS), selected = 0;
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gint32 wanted = selected_task (self, machine);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = name_of_task (self, machine, tasks[i].pid);
      g_autofree char *title = NULL;

      if (!tasks[i].has_mm || (name == NULL && i > 0))
        continue;
      title = g_strdup_printf (name != NULL ? _("task %d: %s") : _("task %d"), tasks[i].pid, name);
      if (tasks[i].pid == wanted || (wanted == 0 && tasks[i].is_current))
        selected = g_list_model_get_n_items (G_LIST_MODEL (titles));
      gtk_string_list_append (titles, title);
      g_strv_builder_add (names, name != NULL ? name : "");
    }
  g_strfreev (self->task_names);
  self->task_names = g_strv_builder_end (names);
  gtk_drop_down_set_model (self->task, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->task, selected);
}

/* Address and length start as those of the VMA, the page or the gap that is selected. */
static void
fill_address (PgwMemoryBar *self, const struct machine *machine)
{
  mm_object_t selection = pgw_session_get_selection (pgw_section_get_session (PGW_SECTION (self)));
  g_autofree char *address = NULL, *length = NULL;
  struct view_mapping user;
  struct view_vma vma;

  if (self->proposal != NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->address), self->proposal[2]);
      gtk_editable_set_text (GTK_EDITABLE (self->length), self->proposal[3]);
      gtk_editable_set_text (GTK_EDITABLE (self->new_length), self->proposal[4]);
      return;
    }
  if (mm_object_kind (selection) == MM_OBJECT_VMA && view_vma (machine, mm_object_id (selection), &vma))
    {
      address = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", vma.start);
      length = g_strdup_printf ("%" G_GUINT64_FORMAT "K", (vma.end - vma.start) >> 10);
    }
  else if (mm_object_kind (selection) == MM_OBJECT_PAGE
           && view_page_users (machine, mm_object_id (selection), &user, 1) > 0)
    address = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", user.address);
  else if (mm_object_kind (selection) == MM_OBJECT_PTE)
    address = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", mm_pte_object_address (selection));
  /* Where nothing is mapped the kernel is asked for just that place. */
  if (address != NULL
      && (!(operations[chosen_operation (self)].asks & ASK_MAY_BE_EMPTY) || mm_object_kind (selection) == MM_OBJECT_PTE))
    gtk_editable_set_text (GTK_EDITABLE (self->address), address);
  if (length != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->length), length);
  else if (*entry_text (self->length) == '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->length), "16K");
}

static void
show_cb (PgwMemoryBar *self)
{
  const struct machine *machine = pgw_section_get_machine (PGW_SECTION (self));
  g_autofree char *name = NULL;

  if (machine == NULL)
    return;
  name = pgw_entry_dup_new_name (PGW_SECTION (self));
  gtk_entry_set_placeholder_text (self->name, name);
  fill_tasks (self, machine);
  /* Where there is no task yet, one has to be started first. */
  if (self->task_names[0] == NULL)
    gtk_drop_down_set_selected (self->operation, G_N_ELEMENTS (operations) - 1);
  fill_address (self, machine);
  operation_changed_cb (self);
}

/* ---- Giving the operation to the window ---- */

static void
add_asked (PgwMemoryBar *self, JsonBuilder *builder, guint asks)
{
  guint task = gtk_drop_down_get_selected (self->task);

  if (asks & ASK_TASK && task != GTK_INVALID_LIST_POSITION && *self->task_names[task] != '\0')
    pgw_entry_builder_add_string (builder, "task", self->task_names[task]);
  if (asks & ASK_ADDRESS && *entry_text (self->address) != '\0')
    pgw_entry_builder_add_string (builder, "addr", entry_text (self->address));
  if (asks & ASK_LENGTH)
    pgw_entry_builder_add_string (builder, asks & ASK_NEW_LENGTH ? "old_len" : "len", entry_text (self->length));
  /* As realloc() calls it: where there is no room it is moved. */
  if (asks & ASK_NEW_LENGTH)
    {
      pgw_entry_builder_add_string (builder, "new_len", entry_text (self->new_length));
      pgw_entry_builder_add_string (builder, "flags", "MAYMOVE");
    }
  if (asks & ASK_PROT)
    pgw_entry_builder_add_string (builder, "prot", pgw_entry_chosen_text (self->prot));
  if (asks & ASK_FLAGS)
    pgw_entry_builder_add_string (builder, "flags", pgw_entry_chosen_text (self->flags));
  if (asks & ASK_ADVICE)
    pgw_entry_builder_add_string (builder, "advice", pgw_entry_chosen_text (self->advice));
  if (asks & ASK_VALUE)
    pgw_entry_builder_add_number (builder, "value", gtk_spin_button_get_value_as_int (self->value));
  if (asks & ASK_NAME)
    pgw_entry_builder_add_string (builder, "as", *entry_text (self->name) != '\0' ? entry_text (self->name)
                                                                  : gtk_entry_get_placeholder_text (self->name));
}

static void
do_cb (PgwMemoryBar *self)
{
  guint chosen = chosen_operation (self);
  g_autofree char *json = NULL;
  JsonBuilder *builder;

  if (pgw_section_get_machine (PGW_SECTION (self)) == NULL)
    return;
  builder = pgw_entry_builder_new (operations[chosen].op);
  add_asked (self, builder, operations[chosen].asks);
  json = pgw_entry_builder_end (builder);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  pgw_entry_give (PGW_SECTION (self), json, self->popover);
}

/* ---- Widget ---- */

static void
pgw_memory_bar_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  gtk_widget_set_sensitive (GTK_WIDGET (section), pgw_entry_can_be_given (session));
}

static void
pgw_memory_bar_dispose (GObject *object)
{
  /* The bin must let go of the button itself, before the template does. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PGW_TYPE_MEMORY_BAR);
  G_OBJECT_CLASS (pgw_memory_bar_parent_class)->dispose (object);
}

static void
pgw_memory_bar_finalize (GObject *object)
{
  g_strfreev (PGW_MEMORY_BAR (object)->task_names);
  G_OBJECT_CLASS (pgw_memory_bar_parent_class)->finalize (object);
}

static void
pgw_memory_bar_class_init (PgwMemoryBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_memory_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = pgw_memory_bar_finalize;
  PGW_SECTION_CLASS (klass)->update = pgw_memory_bar_update;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-memory-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, button);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, popover);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, operation);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, task);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, address);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, length);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, new_length);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, prot);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, flags);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, advice);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, value);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, name);
  gtk_widget_class_bind_template_child (widget_class, PgwMemoryBar, do_button);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
  gtk_widget_class_bind_template_callback (widget_class, operation_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
  gtk_widget_class_bind_template_callback (widget_class, do_cb);
}

static void
fill_words (GtkDropDown *chooser, const char *const *words, guint n)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; i < n; i++)
    gtk_string_list_append (list, words[i]);
  gtk_drop_down_set_model (chooser, G_LIST_MODEL (list));
}

static void
pgw_memory_bar_init (PgwMemoryBar *self)
{
  const char *titles[G_N_ELEMENTS (operations)];

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    titles[i] = _(operations[i].title);
  fill_words (self->operation, titles, G_N_ELEMENTS (titles));
  fill_words (self->prot, prots, G_N_ELEMENTS (prots));
  fill_words (self->flags, map_flags, G_N_ELEMENTS (map_flags));
  fill_words (self->advice, advices, G_N_ELEMENTS (advices));
  operation_changed_cb (self);
}

void
pgw_memory_bar_show (PgwMemoryBar *self, const char *op)
{
  g_auto (GStrv) words = NULL;

  g_return_if_fail (PGW_IS_MEMORY_BAR (self));

  words = op != NULL ? g_strsplit (op, " ", -1) : NULL;
  for (guint i = 0; words != NULL && i < G_N_ELEMENTS (operations); i++)
    if (g_strcmp0 (operations[i].op, words[0]) == 0)
      gtk_drop_down_set_selected (self->operation, i);
  self->proposal = words != NULL && g_strv_length (words) == N_PROPOSED ? words : NULL;
  gtk_menu_button_popup (self->button);
  self->proposal = NULL;
  /* Who chose the operation already need only agree. */
  if (op != NULL)
    gtk_widget_grab_focus (self->do_button);
}
