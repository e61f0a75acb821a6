/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scenario object: a file read into a machine and a list of entries, the
 * unfolded script of these entries, and what they say.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-scenario-object.h"

#define FORMAT_VERSION 1
#define SPARE_SLOTS    4096u    /* for what is added interactively */

static const char *const scenario_keys[] = {
  "$schema", "pagewalk", "title", "description", "author", "license", "layout", "machine", "compare", "files", "script", NULL
};

/* How the window arranges its panes; src/scene/pgw-layouts.c has the same names. */
static const char *const layout_words[] = {
  "overview", "space", "allocator", "reclaim", "compare", "replacement", NULL
};

GQuark
pgw_scenario_error_quark (void)
{
  return g_quark_from_static_string ("pgw-scenario-error-quark");
}

GPtrArray *
pgw_entries_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_entry_unref);
}

static gpointer
copy_entry (gconstpointer entry,
            gpointer      data)
{
  return pgw_entry_ref ((PgwEntry *) entry);
}

GPtrArray *
pgw_entries_copy (GPtrArray *entries)
{
  GPtrArray *copy = g_ptr_array_copy (entries, copy_entry, NULL);

  g_ptr_array_set_free_func (copy, (GDestroyNotify) pgw_entry_unref);
  return copy;
}

/* ---- The script ---- */

void
pgw_scenario_size_slots (PgwScenario *self)
{
  guint32 need = pgw_script_n_slots (self->script);
  guint32 room = (need / SPARE_SLOTS + 1) * SPARE_SLOTS + SPARE_SLOTS;

  if (self->machine.config.nr_slots < need + SPARE_SLOTS / 2)
    self->machine.config.nr_slots = room;
}

static gboolean
unfold (PgwScenario *self,
        GError     **error)
{
  PgwScript *script = pgw_script_new ();

  for (guint i = 0; i < self->entries->len; i++)
    if (!pgw_script_add (script, g_ptr_array_index (self->entries, i), error))
      {
        pgw_script_free (script);
        return FALSE;
      }
  g_clear_pointer (&self->script, pgw_script_free);
  self->script = script;
  pgw_scenario_size_slots (self);
  return TRUE;
}

/* For lists of entries that have been unfolded before, or are the head of such a list. */
void
pgw_scenario_unfold_again (PgwScenario *self)
{
  g_autoptr (GError) error = NULL;

  if (!unfold (self, &error))
    g_critical ("A script that was good is not any more: %s", error->message);
}

/* ---- Reading ---- */

static gboolean
read_label (PgwScenario *self,
            const char  *key,
            PgwText     *text,
            GError     **error)
{
  const PgwJsonNode *node = pgw_json_member (pgw_json_source_get_root (self->source), key);
  PgwText ignored = { 0 };
  gboolean good = TRUE;

  if (node != NULL)
    good = pgw_text_read (text ? text : &ignored, self->source, node, error);
  pgw_text_clear (&ignored);
  return good;
}

static gboolean
read_head (PgwScenario *self,
           GError     **error)
{
  const PgwJsonNode *root = pgw_json_source_get_root (self->source);
  const PgwJsonNode *version, *n;
  guint64 value;

  if (root->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, root, _("a scenario, an object {\"pagewalk\": 1, ...}"), error);
  version = pgw_json_member (root, "pagewalk");
  if (version == NULL)
    return pgw_json_fail_missing (self->source, root, "pagewalk", error);
  if (!pgw_json_read_uint (self->source, version, _("the version of the format"), FORMAT_VERSION,
                           FORMAT_VERSION, &value, error) ||
      !pgw_json_check_keys (self->source, root, scenario_keys, error))
    return FALSE;
  n = pgw_json_member (root, "layout");
  if (n)
    {
      guint layout;

      if (!pgw_json_read_word (self->source, n, layout_words, &layout, error))
        return FALSE;
      self->layout = layout_words[layout];
    }
  n = pgw_json_member (root, "$schema");
  if (n && n->type != PGW_JSON_STRING)
    return pgw_json_fail_expected (self->source, n, _("the address of a JSON schema"), error);
  return read_label (self, "title", &self->title, error) &&
         read_label (self, "description", &self->description, error) &&
         read_label (self, "author", NULL, error) &&
         read_label (self, "license", NULL, error);
}

/* The files lie on the machine's disk, which is as large as they can become. */
static gboolean
read_files (PgwScenario *self,
            GError     **error)
{
  const PgwJsonNode *files = pgw_json_member (pgw_json_source_get_root (self->source), "files");
  guint64 disk_bytes = 0;

  if (files && !pgw_files_read (self->entries, self->source, files, &disk_bytes, error))
    return FALSE;
  self->machine.config.disk_size = MAX (self->machine.config.disk_size, disk_bytes);
  return TRUE;
}

static gboolean
read_body (PgwScenario *self,
           GError     **error)
{
  const PgwJsonNode *root = pgw_json_source_get_root (self->source);
  const PgwJsonNode *machine = pgw_json_member (root, "machine");
  const PgwJsonNode *script = pgw_json_member (root, "script");
  const PgwJsonNode *compare = pgw_json_member (root, "compare");

  if (machine == NULL)
    return pgw_json_fail_missing (self->source, root, "machine", error);
  if (script == NULL)
    return pgw_json_fail_missing (self->source, root, "script", error);
  if (script->type != PGW_JSON_ARRAY)
    return pgw_json_fail_expected (self->source, script, _("an array of operations"), error);
  self->script_node = script;
  if (!pgw_machine_read (&self->machine, self->source, machine, self->base, &self->snapshot_file, error) ||
      !pgw_vm_tunables_read (self->entries, self->source, machine, error))
    return FALSE;
  self->n_tunables = self->entries->len;
  return read_files (self, error) && (compare == NULL || pgw_variants_read (self, compare, error)) &&
         pgw_entries_read (self->entries, self->source, script, &self->machine.info, error);
}

PgwScenario *
pgw_scenario_object_new (const char *name,
                         GFile      *base)
{
  PgwScenario *self = g_new0 (PgwScenario, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->name = g_strdup (name);
  self->base = base ? g_object_ref (base) : NULL;
  self->entries = pgw_entries_new ();
  return self;
}

PgwScenario *
pgw_scenario_load_data (const char *data,
                        gssize      length,
                        const char *name,
                        GFile      *base,
                        GError    **error)
{
  g_autoptr (PgwScenario) self = NULL;

  g_return_val_if_fail (data != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = pgw_scenario_object_new (name ? name : "scenario", base);
  self->source = pgw_json_source_new (data, length < 0 ? strlen (data) : (gsize) length, self->name,
                                      1, 1, "", error);
  if (self->source == NULL || !read_head (self, error) || !read_body (self, error) || !unfold (self, error))
    return NULL;
  self->original = pgw_entries_copy (self->entries);
  return g_steal_pointer (&self);
}

/* At most one byte more than is allowed, so that an endless file is refused and not read. */
static GBytes *
read_file (GFile        *file,
           GCancellable *cancellable,
           GError      **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *buffer = NULL;
  const gsize chunk = 256 * 1024;
  gsize got;

  if (stream == NULL)
    return NULL;
  buffer = g_malloc (chunk);
  do
    {
      if (!g_input_stream_read_all (G_INPUT_STREAM (stream), buffer, chunk, &got, cancellable, error))
        return NULL;
      g_byte_array_append (bytes, buffer, got);
    }
  while (got == chunk && bytes->len <= PGW_JSON_MAX_BYTES);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* As the user would name the file: relative to where one is, if it lies below. */
static char *
display_name (GFile *file)
{
  g_autofree char *here = g_get_current_dir ();
  g_autoptr (GFile) folder = g_file_new_for_path (here);
  char *name = g_file_get_relative_path (folder, file);

  return name ? name : g_file_get_parse_name (file);
}

PgwScenario *
pgw_scenario_load_file (GFile        *file,
                        GCancellable *cancellable,
                        GError      **error)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  g_autofree char *name = display_name (file);
  g_autoptr (GFile) base = g_file_get_parent (file);
  g_autoptr (GBytes) bytes = read_file (file, cancellable, error);
  PgwScenario *self;
  gsize length;

  if (bytes == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  const char *data = g_bytes_get_data (bytes, &length);
  self = pgw_scenario_load_data (data ? data : "", length, name, base, error);
  if (self)
    self->file = g_object_ref (file);
  return self;
}

PgwScenario *
pgw_scenario_new (const struct machine_config   *config,
                  const struct machine_snapshot *snapshot,
                  GDestroyNotify                 snapshot_free,
                  const char                    *title)
{
  PgwScenario *self;

  g_return_val_if_fail (config != NULL, NULL);

  self = pgw_scenario_object_new (title ? title : _("Untitled"), NULL);
  pgw_machine_set (&self->machine, config, snapshot, snapshot_free);
  pgw_text_set (&self->title, self->name);
  pgw_scenario_unfold_again (self);
  return self;
}

PgwScenario *
pgw_scenario_ref (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pgw_scenario_unref (PgwScenario *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->script, pgw_script_free);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->original, g_ptr_array_unref);
  g_clear_pointer (&self->source, pgw_json_source_unref);
  pgw_machine_clear (&self->machine);
  g_clear_pointer (&self->variants, g_ptr_array_unref);
  g_clear_pointer (&self->origin, pgw_scenario_unref);
  pgw_text_clear (&self->title);
  pgw_text_clear (&self->description);
  g_clear_object (&self->file);
  g_clear_object (&self->base);
  g_clear_object (&self->snapshot_file);
  g_free (self->name);
  g_free (self);
}

/* ---- What it says ---- */

const char *
pgw_scenario_get_title (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  const char *title = pgw_text_get (&self->title);
  return title ? title : self->name;
}

const char *
pgw_scenario_get_description (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return pgw_text_get (&self->description);
}

GFile *
pgw_scenario_get_file (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->file;
}

void
pgw_scenario_set_snapshot_file (PgwScenario *self,
                                GFile       *file)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (file == NULL || G_IS_FILE (file));

  g_set_object (&self->snapshot_file, file);
}

const struct machine_config *
pgw_scenario_get_config (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->machine.config;
}

const struct machine_snapshot *
pgw_scenario_get_snapshot (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->machine.snapshot;
}

guint64
pgw_scenario_get_n_ops (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return pgw_script_n_ops (self->script);
}

const struct mm_op *
pgw_scenario_get_ops (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return pgw_script_ops (self->script);
}

void
pgw_scenario_get_entry (PgwScenario      *self,
                        guint64           op,
                        PgwScenarioEntry *entry)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (op < pgw_script_n_ops (self->script));

  const PgwEntry *e = pgw_script_entry (self->script, op);
  gboolean placed = e->node != NULL && !e->interactive;

  *entry = (PgwScenarioEntry) {
    .title = pgw_text_get (&e->title),
    .explanation = pgw_text_get (&e->explanation),
    .line = placed ? e->node->line : 0,
    .column = placed ? e->node->column : 0,
    .n_expect = e->expects ? e->expects->len : 0,
  };
}

const char *
pgw_scenario_get_layout (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->layout;
}

const char *
pgw_scenario_get_question (PgwScenario *self,
                           guint64      op)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (op < pgw_script_n_ops (self->script), NULL);

  const PgwQuestion *question = pgw_script_entry (self->script, op)->question;
  return question ? pgw_text_get (&question->ask) : NULL;
}

gboolean
pgw_scenario_get_answer (PgwScenario       *self,
                         guint64            op,
                         guint              index,
                         PgwScenarioAnswer *answer)
{
  g_return_val_if_fail (self != NULL && answer != NULL, FALSE);
  g_return_val_if_fail (op < pgw_script_n_ops (self->script), FALSE);

  const PgwQuestion *question = pgw_script_entry (self->script, op)->question;
  if (question == NULL || index >= question->answers->len)
    return FALSE;

  const PgwAnswer *a = g_ptr_array_index (question->answers, index);
  *answer = (PgwScenarioAnswer) { pgw_text_get (&a->text), pgw_text_get (&a->why), a->right };
  return TRUE;
}

const char *
pgw_scenario_get_text (PgwScenario *self,
                       guint64      text)
{
  g_return_val_if_fail (self != NULL, NULL);

  const PgwText *found = pgw_script_text (self->script, text);
  return found ? pgw_text_get (found) : NULL;
}

char *
pgw_scenario_slot_name (PgwScenario *self,
                        guint32      slot)
{
  g_return_val_if_fail (self != NULL, NULL);

  return pgw_script_slot_name (self->script, slot);
}

gboolean
pgw_scenario_find_task (PgwScenario          *self,
                        const struct machine *machine,
                        const char           *name,
                        gint64               *pid)
{
  struct mm_slot slot;
  guint32 number;

  g_return_val_if_fail (self != NULL && machine != NULL, FALSE);
  g_return_val_if_fail (name != NULL && pid != NULL, FALSE);

  if (!pgw_script_find_slot (self->script, name, PGW_NAME_TASK, &number))
    return FALSE;
  view_slot (machine, number, &slot);
  *pid = (gint64) slot.value;
  return slot.state == SLOT_LIVE;
}

gboolean
pgw_scenario_find_address (PgwScenario          *self,
                           const struct machine *machine,
                           const char           *name,
                           guint64              *address)
{
  struct mm_slot slot;
  guint32 number;

  g_return_val_if_fail (self != NULL && machine != NULL, FALSE);
  g_return_val_if_fail (name != NULL && address != NULL, FALSE);

  if (!pgw_script_find_slot (self->script, name, PGW_NAME_ADDRESS, &number))
    return FALSE;
  view_slot (machine, number, &slot);
  *address = slot.value;
  return slot.state == SLOT_LIVE && slot.kind == SLOT_ADDRESS;
}
