/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a recording of virtual memory: what kind of file it is, the machine,
 * the frame of the JSON document. Its start is pgw-vm-start.c, its operations are
 * pgw-vm-ops.c.
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "pgw-line-reader.h"
#include "pgw-vm-recording.h"
#include "mm/mm.h"

/* A fault on a file that was not cached read 256 KiB at once: the recorded disk had a large window. */
#define READ_AHEAD_KB 4096

#define SIMULATED_RAM   (256ull << 20)  /* more than any recording's processes use */
#define MAX_FILES       8ull
#define HEAD_BYTES      16384   /* looked at to tell what a file is */

/* ---- What kind of file it is ---- */

/* The end of the string that begins at `i`, in a text that may end anywhere. */
static gsize
skip_string (const guint8 *text,
             gsize         length,
             gsize         i)
{
  for (i++; i < length && text[i] != '"'; i++)
    if (text[i] == '\\')
      i++;
  return i;
}

/* No scenario has these keys on its first level. */
static gboolean
is_own_key (const char *key,
            gsize       length)
{
  static const char *const own[] = { "kernel", "config", "initial", "steps" };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (strlen (own[i]) == length && memcmp (own[i], key, length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
sniff_text (const guint8 *head,
            gsize         length)
{
  gsize i = length >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  guint depth = 0;

  for (; i < length; i++)
    {
      gsize start = i, end;

      if (depth == 0 && head[i] != '{' && !g_ascii_isspace (head[i]))
        return FALSE;
      if (head[i] == '{' || head[i] == '[')
        depth++;
      else if ((head[i] == '}' || head[i] == ']') && --depth == 0)
        return FALSE;
      if (head[i] != '"')
        continue;
      end = skip_string (head, length, i);
      for (i = end + 1; i < length && g_ascii_isspace (head[i]); i++)
        ;
      if (i >= length)
        return FALSE;
      if (head[i] != ':')
        i--;
      else if (depth == 1 && is_own_key ((const char *) head + start + 1, end - start - 1))
        return TRUE;
    }
  return FALSE;
}

gboolean
pgw_vm_recording_sniff (const guint8 *head,
                        gsize         length)
{
  g_autofree guint8 *text = g_malloc (HEAD_BYTES);

  return sniff_text (text, pgw_line_reader_decode_head (head, length, text, HEAD_BYTES));
}

/* ---- The machine ---- */

/* Settings of the kernel that the core knows in one way only. */
gboolean
pgw_vm_check_word (PgwJsonSource     *source,
                   const PgwJsonNode *config,
                   const char        *key,
                   const char        *only,
                   GError           **error)
{
  const PgwJsonNode *node = pgw_json_member (config, key);
  const char *words[] = { only, NULL };
  guint which;

  return node == NULL || pgw_json_read_word (source, node, words, &which, error);
}

static gboolean
check_number (PgwJsonSource     *source,
              const PgwJsonNode *config,
              const char        *key,
              guint64            only,
              GError           **error)
{
  const PgwJsonNode *node = pgw_json_member (config, key);

  return node == NULL || pgw_json_read_uint (source, node, key, only, only, &only, error);
}

static gboolean
check_settings (PgwJsonSource     *source,
                const PgwJsonNode *config,
                GError           **error)
{
  static const char *const keys[] = {
    "page_size", "personality", "uid", "thp_disable", "thp_enabled", "thp_defrag", "shmem_enabled",
    "overcommit_memory", "max_map_count", "mmap_min_addr", "ram_mb", "files", "swap", "task_top",
    "window", "gadget", "scratch", "start_brk", "limits", NULL
  };
  const PgwJsonNode *swap = pgw_json_member (config, "swap");

  if (swap != NULL && (swap->type != PGW_JSON_BOOLEAN || swap->boolean))
    return pgw_json_fail_expected (source, swap, "false", error);
  return pgw_json_check_keys (source, config, keys, error)
         && check_number (source, config, "page_size", PAGE_SIZE, error)
         && pgw_vm_check_word (source, config, "personality", "ADDR_NO_RANDOMIZE", error)
         && pgw_vm_check_word (source, config, "thp_enabled", "madvise", error)
         && pgw_vm_check_word (source, config, "thp_defrag", "madvise", error)
         && pgw_vm_check_word (source, config, "shmem_enabled", "never", error)
         && check_number (source, config, "overcommit_memory", 0, error)
         && check_number (source, config, "max_map_count", 65530, error)
         && check_number (source, config, "mmap_min_addr", 4096, error);
}

static gboolean
read_machine (PgwVmRecording    *self,
              const PgwJsonNode *config,
              GError           **error)
{
  const PgwJsonNode *ram = pgw_json_member (config, "ram_mb");
  guint64 mib = 0;

  if (ram != NULL && !pgw_json_read_uint (self->source, ram, _("MiB of RAM"), 1, 1 << 24, &mib, error))
    return FALSE;
  self->config = (struct machine_config) {
    .nr_regions = 1,
    .regions = { { .base = 0, .size = SIMULATED_RAM } },
    .nr_nodes = 1,
    .nr_cpus = 1,
    .commit_ram = mib << 20,
    .disk_size = MAX_FILES * PGW_VM_MAX_FILE_BYTES,
    .read_ahead_kb = READ_AHEAD_KB,
    .nr_slots = PGW_VM_N_SLOTS,
  };
  return TRUE;
}

/* ---- The file ---- */

static gboolean
read_text_member (PgwVmRecording    *self,
                  const PgwJsonNode *root,
                  const char        *key,
                  char             **text,
                  GError           **error)
{
  const PgwJsonNode *node = pgw_vm_need (self->source, root, key, PGW_JSON_STRING, error);

  if (node != NULL)
    *text = g_strdup (node->string);
  return node != NULL;
}

static gboolean
read_root (PgwVmRecording *self,
           GError        **error)
{
  static const char *const keys[] = { "name", "about", "kernel", "config", "initial", "steps", NULL };
  const PgwJsonNode *root = pgw_json_source_get_root (self->source);
  const PgwJsonNode *config, *uid_node;
  guint64 uid = 65534;

  if (root->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, root, _("a recording: an object"), error);
  if (pgw_json_member (root, "pagewalk") != NULL)
    return pgw_json_fail (self->source, root, _("a scenario"), _("a recording"), error);
  if (!pgw_json_check_keys (self->source, root, keys, error)
      || !read_text_member (self, root, "name", &self->name, error)
      || !read_text_member (self, root, "about", &self->about, error)
      || (config = pgw_vm_need (self->source, root, "config", PGW_JSON_OBJECT, error)) == NULL
      || (self->initial = pgw_vm_need (self->source, root, "initial", PGW_JSON_OBJECT, error)) == NULL
      || (self->steps = pgw_vm_need (self->source, root, "steps", PGW_JSON_ARRAY, error)) == NULL)
    return FALSE;

  uid_node = pgw_json_member (config, "uid");
  if (uid_node != NULL && !pgw_json_read_uint (self->source, uid_node, _("a user"), 0, G_MAXUINT32, &uid, error))
    return FALSE;
  return check_settings (self->source, config, error)
         && read_machine (self, config, error)
         && pgw_vm_recording_read_start (self, config, uid, error);
}

PgwVmRecording *
pgw_vm_recording_load_data (const char *data,
                            gsize       length,
                            const char *name,
                            GError    **error)
{
  g_autoptr (PgwVmRecording) self = g_new0 (PgwVmRecording, 1);

  self->setup = g_array_new (FALSE, TRUE, sizeof (struct mm_op));
  self->source = pgw_json_source_new (data, length, name, 1, 1, "", error);
  if (self->source == NULL || !read_root (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

PgwVmRecording *
pgw_vm_recording_load (GFile   *file,
                       GError **error)
{
  g_autoptr (PgwLineReader) reader = pgw_line_reader_new (file, error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) local = NULL;
  const char *line;

  if (reader == NULL)
    return NULL;
  while ((line = pgw_line_reader_next (reader, &local)) != NULL)
    {
      g_string_append (text, line);
      g_string_append_c (text, '\n');
      if (text->len > PGW_JSON_MAX_BYTES)
        break;  /* reading it as JSON says so */
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return pgw_vm_recording_load_data (text->str, text->len, pgw_line_reader_get_name (reader), error);
}

void
pgw_vm_recording_free (PgwVmRecording *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->about);
  g_clear_pointer (&self->source, pgw_json_source_unref);
  g_array_unref (self->setup);
  g_free (self);
}

guint
pgw_vm_recording_get_n_steps (const PgwVmRecording *self)
{
  return self->steps->n_children;
}

gboolean
pgw_vm_recording_read_step (const PgwVmRecording *self,
                            const PgwJsonNode    *node,
                            PgwVmStep            *step,
                            GError              **error)
{
  static const char *const keys[] = { "i", "op", "result", "state", NULL };
  const PgwJsonNode *number, *op;
  guint64 i;

  *step = (PgwVmStep) { .node = node, .n = 1 };
  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, node, _("a step: an object"), error);
  if (!pgw_json_check_keys (self->source, node, keys, error)
      || (number = pgw_vm_need (self->source, node, "i", PGW_JSON_INTEGER, error)) == NULL
      || !pgw_json_read_uint (self->source, number, _("the number of the step"), node->index, node->index, &i, error)
      || (op = pgw_vm_need (self->source, node, "op", PGW_JSON_OBJECT, error)) == NULL)
    return FALSE;
  return pgw_vm_read_op (self->source, op, step, error);
}

char *
pgw_vm_recording_step_text (const PgwVmRecording *self,
                            const PgwJsonNode    *node)
{
  const PgwJsonNode *op = pgw_json_member (node, "op"), *value;
  GString *text = g_string_new (NULL);

  for (value = op ? op->first : NULL; value != NULL; value = value->next)
    {
      g_autofree char *word = value->type == PGW_JSON_STRING ? g_strdup (value->string)
                                                             : pgw_json_dup_text (self->source, value);

      if (strcmp (value->key, "op") != 0)
        g_string_append_printf (text, " %s=", value->key);
      g_string_append (text, word);
    }
  return g_string_free (text, FALSE);
}
