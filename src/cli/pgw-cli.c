/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands of pagewalk-cli share.
 */
#include "config.h"
#include "pgw-cli.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/engine/pgw-importer.h"
#include "src/engine/pgw-recording.h"

static const struct {
  const char *name;
  const char *synopsis;
  const char *summary;
} texts[] = {
#define PGW_COMMAND(name, synopsis, summary) { #name, synopsis, summary },
#include "commands.def"
#undef PGW_COMMAND
};

void
pgw_cli_complain (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  fflush (stdout);
  g_printerr ("pagewalk-cli: %s\n", message);
}

void
pgw_cli_complain_file (const char *path, const GError *error)
{
  fflush (stdout);
  if (error->domain == PGW_SCENARIO_ERROR || error->domain == PGW_RECORDING_ERROR)
    g_printerr ("%s\n", error->message);
  else
    g_printerr ("%s: %s\n", path, error->message);
}

gboolean
pgw_cli_parse (const char *name, const GOptionEntry *entries, int min, int max, int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *prgname = g_strconcat ("pagewalk-cli ", name, NULL);
  const char *synopsis = NULL, *summary = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].name, name))
      {
        synopsis = _(texts[i].synopsis);
        summary = _(texts[i].summary);
      }

  g_set_prgname (prgname);
  context = g_option_context_new (synopsis);
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error))
    pgw_cli_complain ("%s: %s", name, error->message);
  else if (*argc - 1 < min)
    pgw_cli_complain (_("%s: an argument is missing; expected %s"), name, synopsis);
  else if (*argc - 1 > max)
    pgw_cli_complain (_("%s: “%s” is one argument too many; expected %s"), name, (*argv)[max + 1], synopsis);
  else
    return TRUE;

  return FALSE;
}

gboolean
pgw_cli_flush (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;

  pgw_cli_complain (_("the output could not be written: %s"), g_strerror (errno));
  return FALSE;
}

gboolean
pgw_cli_set_language (const char *language)
{
  if (language == NULL)
    return TRUE;
  if (*language == '\0' || strspn (language, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.@-") != strlen (language))
    {
      pgw_cli_complain (_("“%s” is not the name of a language, such as en or zh_CN"), language);
      return FALSE;
    }

  /* gettext follows LANGUAGE unless the locale is C; C.UTF-8 is on every system. */
  g_setenv ("LANGUAGE", language, TRUE);
  if (g_strcmp0 (setlocale (LC_MESSAGES, NULL), "C") == 0)
    setlocale (LC_MESSAGES, "C.UTF-8");
  /* Makes gettext forget what it has looked up. */
  textdomain (GETTEXT_PACKAGE);
  return TRUE;
}

PgwScenario *
pgw_cli_open (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GError) error = NULL;
  PgwScenario *scenario = pgw_import_file (file, &error);

  if (scenario == NULL)
    pgw_cli_complain_file (path, error);

  return scenario;
}

PgwTimeline *
pgw_cli_start (PgwScenario *scenario, const char *path)
{
  g_autoptr (GError) error = NULL;
  PgwTimeline *timeline =
    pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), &error);

  if (timeline == NULL)
    {
      pgw_cli_complain_file (path, error);
      return NULL;
    }

  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  return timeline;
}
