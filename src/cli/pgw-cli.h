/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands of pagewalk-cli share: exit codes, messages, options and
 * running a script without a window.
 *
 * A command is a file pgw-cmd-NAME.c with a function pgw_cmd_NAME() and a
 * line in commands.def.
 */
#pragma once

#include <gio/gio.h>
#include "src/engine/pgw-scenario.h"
#include "src/engine/pgw-timeline.h"

G_BEGIN_DECLS

enum {
  PGW_EXIT_GOOD = 0,
  PGW_EXIT_FAILED = 1,  /* something did not hold */
  PGW_EXIT_USAGE = 2,   /* unusable input or arguments */
};

/* argv[0] is the command's name. Returns an exit code. */
#define PGW_COMMAND(name, synopsis, summary) int pgw_cmd_##name (int argc, char **argv);
#include "commands.def"
#undef PGW_COMMAND

/* ---- Messages, on standard error ---- */

/* "pagewalk-cli: MESSAGE" */
void pgw_cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);
/*
 * A message about a file: as it stands where it already says where in the
 * file, else "FILE: MESSAGE".
 */
void pgw_cli_complain_file (const char *path, const GError *error);

/* ---- Arguments ---- */

/*
 * Reads the options of command `name` and, after them, between `min` and `max`
 * other arguments, which are left in (*argv)[1] and on. Where they cannot be used it
 * says so and returns FALSE; the command then ends with PGW_EXIT_USAGE.
 * --help prints and exits.
 */
gboolean pgw_cli_parse (const char         *name,
                        const GOptionEntry *entries,
                        int                 min,
                        int                 max,
                        int                *argc,
                        char             ***argv);

/* An object in words: "page 0x1a3", "zone 0:Normal", "free_area 0:Normal 3" ... */
gboolean pgw_cli_parse_object (const char   *text,
                               mm_object_t  *object,
                               GError      **error);
/* A zone: "Normal", "0:Normal". */
gboolean pgw_cli_parse_zone   (const char   *text,
                               guint32      *zone,
                               GError      **error);

/* TRUE if all that was printed has gone out; complains where it has not (a full disk). */
gboolean pgw_cli_flush (void);

/* Speaks another language from now on; NULL changes nothing. Complains and returns FALSE for what is no language. */
gboolean pgw_cli_set_language (const char *language);

/* ---- Running ---- */

/* Reads a scenario, or what else can be played; complains and returns NULL where it cannot. */
PgwScenario *pgw_cli_open (const char *path);

/* Builds the scenario's machine and gives it the script, unrun; complains and returns NULL where it cannot. */
PgwTimeline *pgw_cli_start (PgwScenario *scenario, const char *path);

G_END_DECLS
