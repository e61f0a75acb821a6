/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario has before its script begins, as operations in front of it:
 * of the section `files` two for each file, one that makes it and one that
 * opens it under the same name; and the settings of virtual memory among the
 * machine's tunables, which the machine does not boot with.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-units.h"

#include "mm/fs.h"

#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 30)

static const char *const file_keys[] = { "kind", "size", "owner", "contents", "max_size", "open", NULL };

static PgwEntry *
implicit_entry (PgwJsonSource     *source,
                const PgwJsonNode *node,
                enum mm_op_kind    kind)
{
  PgwEntry *entry = g_new0 (PgwEntry, 1);

  g_atomic_ref_count_init (&entry->ref_count);
  entry->source = pgw_json_source_ref (source);
  entry->node = node;
  entry->implicit = TRUE;
  entry->operation = pgw_operation_lookup (kind);
  entry->op.kind = kind;
  entry->op.nid = -1;
  entry->n_slots = entry->operation->fills ? 1 : 0;
  return entry;
}

/* What the script's list and the narration say of a file that is there before the script begins. */
static void
title_file (PgwEntry   *create,
            const char *name)
{
  g_autofree char *size = pgw_size_format (create->op.arg[1]);
  g_autofree char *title = NULL;

  switch (create->op.arg[0])
    {
    case INODE_SHMEM:
      title = g_strdup_printf (_("File %s of %s, in memory only"), name, size);
      break;
    case INODE_ZERO:
      title = g_strdup_printf (_("File %s: the device of zeros"), name);
      break;
    case INODE_PIPE:
      title = g_strdup_printf (_("File %s: a pipe"), name);
      break;
    default:
      title = g_strdup_printf (_("File %s of %s, on the disk"), name, size);
      break;
    }
  pgw_text_set (&create->title, title);
  pgw_text_set (&create->explanation, _("This comes before the script: the scenario asks for it under “files”."));
}

/* The keys of the file that are arguments of `entry`'s operation; the others take their preset. */
static gboolean
read_keys (PgwEntry          *entry,
           const PgwJsonNode *node,
           GError           **error)
{
  for (guint i = 0; i < entry->operation->n_arguments; i++)
    {
      const PgwArgument *argument = &entry->operation->arguments[i];
      const PgwJsonNode *n = pgw_json_member (node, argument->key);

      if (n == NULL)
        entry->op.arg[argument->arg] = argument->preset;
      else if (!pgw_argument_read (argument, entry, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_size_limits (PgwEntry          *entry,
                  const PgwJsonNode *node,
                  guint64           *disk_bytes,
                  GError           **error)
{
  const PgwJsonNode *size = pgw_json_member (node, "size");
  const PgwJsonNode *max_size = pgw_json_member (node, "max_size");
  guint64 *arg = entry->op.arg;

  if (arg[1] > MAX_FILE_BYTES)
    return pgw_json_fail_expected (entry->source, size, _("at most 1G"), error);
  if (max_size == NULL)
    arg[4] = MAX (2 * arg[1], G_GUINT64_CONSTANT (1) << 20);
  else if (arg[4] < arg[1] || arg[4] > MAX_FILE_BYTES)
    return pgw_json_fail_expected (entry->source, max_size, _("at least \"size\", and at most 1G"), error);
  if (arg[0] == INODE_REG)
    *disk_bytes += (arg[4] + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
  return TRUE;
}

/* "rw" (when left out), "r", "w", or "no". */
static gboolean
read_open (GPtrArray         *entries,
           PgwJsonSource     *source,
           const PgwJsonNode *node,
           GError           **error)
{
  static const char *const words[] = { "rw", "r", "w", "no", NULL };
  static const guint modes[] = { FMODE_READ | FMODE_WRITE, FMODE_READ, FMODE_WRITE };
  const PgwJsonNode *mode = pgw_json_member (node, "open");
  g_autofree char *title = NULL;
  guint index = 0;

  if (mode && !pgw_json_read_word (source, mode, words, &index, error))
    return FALSE;
  if (index == G_N_ELEMENTS (modes))
    return TRUE;

  PgwEntry *open = implicit_entry (source, node, OP_open);
  open->opens = g_strdup (node->key);
  title = g_strdup_printf (_("File %s is opened"), node->key);
  pgw_text_set (&open->title, title);
  pgw_text_set (&open->explanation, _("This comes before the script: the scenario asks for it under “files”."));
  open->op.arg[1] = modes[index];
  pgw_entry_add_link (open, PGW_LINK_FILE, 0, node->key, node);
  g_ptr_array_add (entries, open);
  return TRUE;
}

static gboolean
read_file (GPtrArray         *entries,
           PgwJsonSource     *source,
           const PgwJsonNode *node,
           guint64           *disk_bytes,
           GError           **error)
{
  PgwEntry *create;

  if (!pgw_name_is_valid (node->key))
    {
      g_autofree char *found = g_strdup_printf (_("the key \"%s\""), node->key);
      return pgw_json_fail (source, node, found,
                            _("a name: a letter or _, then letters, digits, _ or -, at most 63 characters"), error);
    }
  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, node, _("a file, such as {\"size\": \"64K\", \"contents\": 1}"), error);
  if (!pgw_json_check_keys (source, node, file_keys, error))
    return FALSE;

  create = implicit_entry (source, node, OP_file_create);
  create->as = g_strdup (node->key);
  g_ptr_array_add (entries, create);
  if (!read_keys (create, node, error) || !read_size_limits (create, node, disk_bytes, error))
    return FALSE;
  title_file (create, node->key);
  return read_open (entries, source, node, error);
}

gboolean
pgw_vm_tunables_read (GPtrArray         *entries,
                      PgwJsonSource     *source,
                      const PgwJsonNode *machine,
                      GError           **error)
{
  static const struct {
    enum mm_tunable tunable;
    guint64         max;
  } settings[] = {
    { TUNABLE_overcommit_memory, 2 },
    { TUNABLE_overcommit_ratio, G_MAXINT32 },
    { TUNABLE_overcommit_kbytes, G_MAXINT32 },
    { TUNABLE_max_map_count, G_MAXINT32 },
    { TUNABLE_mmap_min_addr, G_MAXINT32 },
    { TUNABLE_tlb_flush_disabled, 1 },
  };
  const PgwJsonNode *tunables = machine->type == PGW_JSON_OBJECT ? pgw_json_member (machine, "tunables") : NULL;

  for (guint i = 0; tunables && i < G_N_ELEMENTS (settings); i++)
    {
      const PgwJsonNode *n = pgw_json_member (tunables, view_tunable_name (settings[i].tunable));
      g_autofree char *title = NULL;
      guint64 value;

      if (n == NULL)
        continue;
      if (!pgw_json_read_uint (source, n, _("a value"), 0, settings[i].max, &value, error))
        return FALSE;
      PgwEntry *entry = implicit_entry (source, n, OP_set_tunable);
      entry->op.arg[0] = settings[i].tunable;
      entry->op.arg[1] = value;
      title = g_strdup_printf (_("Setting of the kernel: %s = %lu"), n->key, (gulong) value);
      pgw_text_set (&entry->title, title);
      pgw_text_set (&entry->explanation,
                    _("This comes before the script: the scenario asks for it under “machine”, “tunables”."));
      g_ptr_array_add (entries, entry);
    }
  return TRUE;
}

gboolean
pgw_files_read (GPtrArray         *entries,
                PgwJsonSource     *source,
                const PgwJsonNode *node,
                guint64           *disk_bytes,
                GError           **error)
{
  if (node->type != PGW_JSON_OBJECT || node->n_children == 0)
    return pgw_json_fail_expected (source, node,
                                   _("an object of files by name, such as {\"data\": {\"size\": \"64K\"}}"), error);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    if (!read_file (entries, source, n, disk_bytes, error))
      return FALSE;
  return TRUE;
}
