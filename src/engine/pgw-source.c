/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the core's source files: see pgw-source.h.
 */
#include "config.h"

#include "pgw-source.h"

#include <string.h>

/* Only what lies right below mm/ or mm/hw/: a name from elsewhere must not lead out of the tree. */
static gboolean
is_core_file (const char *file)
{
  if (g_str_has_prefix (file, "mm/hw/"))
    file += strlen ("mm/hw/");
  else if (g_str_has_prefix (file, "mm/"))
    file += strlen ("mm/");
  else
    return FALSE;
  return *file != '\0' && strchr (file, '/') == NULL;
}

char *
pgw_source_find (const char *file)
{
  const char *const folders[] = { g_getenv ("PAGEWALK_SOURCEDIR"), SOURCE_ROOT, PKGDATADIR };

  g_return_val_if_fail (file != NULL, NULL);

  if (!is_core_file (file))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = folders[i] ? g_build_filename (folders[i], file, NULL) : NULL;

      if (path && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

char **
pgw_source_load_lines (const char *file)
{
  g_autofree char *path = pgw_source_find (file);
  g_autofree char *text = NULL;
  gsize length;

  if (!path || !g_file_get_contents (path, &text, &length, NULL) || !g_utf8_validate (text, (gssize) length, NULL))
    return NULL;
  return g_strsplit (text, "\n", -1);
}
