/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Importers: the kinds of file a session can open. Each says from a file's
 * first bytes whether it is one of its own and makes a scenario of it. A new
 * kind is a new file with these two functions and a line in the table of
 * pgw-importer.c.
 */
#pragma once

#include "pgw-scenario.h"

G_BEGIN_DECLS

typedef struct {
  const char  *id;
  gboolean     (*sniff) (const guint8 *head, gsize length);
  PgwScenario *(*read)  (GFile *file, GError **error);
} PgwImporter;

/* Reads a file of any kind there is, by its content. What no importer takes is read as a scenario. */
PgwScenario *pgw_import_file (GFile *file, GError **error);

G_END_DECLS
