/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk [SCENARIO…]: the window.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "pgw-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (PgwApplication) application = NULL;
  const char *locale_dir = g_getenv ("PAGEWALK_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Pagewalk");

  application = pgw_application_new (G_APPLICATION_DEFAULT_FLAGS);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
