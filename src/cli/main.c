/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli: the commands of commands.def behind one name. Needs no
 * display and no GTK.
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

static const struct {
  const char *name;
  const char *synopsis;
  const char *summary;
  int (*run) (int argc, char **argv);
} commands[] = {
#define PGW_COMMAND(name, synopsis, summary) { #name, synopsis, summary, pgw_cmd_##name },
#include "commands.def"
#undef PGW_COMMAND
};

static void
print_help (void)
{
  g_print ("%s\n  pagewalk-cli %s\n\n%s\n", _("Usage:"), _("COMMAND [OPTION…] ARGUMENT…"), _("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-8s %s\n           %s\n", commands[i].name, _(commands[i].synopsis), _(commands[i].summary));
  g_print ("\n%s\n%s\n", _("“pagewalk-cli COMMAND --help” describes a command."),
           _("Exit status: 0 good, 1 something did not hold, 2 unusable input or arguments."));
}

static void
set_up_locale (void)
{
  const char *localedir = g_getenv ("PAGEWALK_LOCALEDIR");

  setlocale (LC_ALL, "");
  /* Numbers are read and written as in C, whatever the language. */
  setlocale (LC_NUMERIC, "C");
  bindtextdomain (GETTEXT_PACKAGE, localedir != NULL ? localedir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  set_up_locale ();
  g_set_prgname ("pagewalk-cli");

  if (argc < 2)
    {
      pgw_cli_complain (_("no command was given; “pagewalk-cli --help” lists them"));
      return PGW_EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help"))
    {
      print_help ();
      return pgw_cli_flush () ? PGW_EXIT_GOOD : PGW_EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("pagewalk %s\n", PACKAGE_VERSION);
      return pgw_cli_flush () ? PGW_EXIT_GOOD : PGW_EXIT_USAGE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      {
        int status = commands[i].run (argc - 1, argv + 1);

        return pgw_cli_flush () ? status : PGW_EXIT_USAGE;
      }

  pgw_cli_complain (_("there is no command “%s”; “pagewalk-cli --help” lists them"), argv[1]);
  return PGW_EXIT_USAGE;
}
