/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of importers, and reading a file by its content.
 */
#include "config.h"
#include "pgw-importer.h"
#include "pgw-recording.h"
#include "pgw-vm-recording.h"

#define HEAD_BYTES 4096 /* read of a file to tell what it is */

static const PgwImporter *const importers[] = {
  &pgw_vm_recording_importer,
  &pgw_recording_importer,
  NULL
};

static gboolean
read_head (GFile *file, guint8 *head, gsize size, gsize *length, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  return stream != NULL && g_input_stream_read_all (G_INPUT_STREAM (stream), head, size, length, NULL, error);
}

PgwScenario *
pgw_import_file (GFile *file, GError **error)
{
  guint8 head[HEAD_BYTES];
  gsize length;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  if (!read_head (file, head, sizeof head, &length, error))
    return NULL;

  for (guint i = 0; importers[i] != NULL; i++)
    if (importers[i]->sniff (head, length))
      return importers[i]->read (file, error);

  return pgw_scenario_load_file (file, NULL, error);
}
