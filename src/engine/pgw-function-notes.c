/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function notes: a table made of functions.def, and the way to find an entry.
 */
#include "config.h"
#include "pgw-function-notes.h"

#include <glib/gi18n-lib.h>

#define FUNCTION(function, linux_file, linux_function, text) { #function, linux_file, linux_function, text, FALSE },
#define ACCESSOR(function, text) { #function, "include/linux/page-flags.h", #function, text, TRUE },
#define FLAG(name, text)                                                                                         \
  ACCESSOR (Page##name, text) ACCESSOR (SetPage##name, text) ACCESSOR (ClearPage##name, text)                    \
  ACCESSOR (TestSetPage##name, text) ACCESSOR (TestClearPage##name, text)
static const PgwFunctionNote notes[] = {
#include "functions.def"
};
#undef FUNCTION
#undef ACCESSOR
#undef FLAG

const PgwFunctionNote *
pgw_function_notes (guint *n_notes)
{
  g_return_val_if_fail (n_notes != NULL, NULL);

  *n_notes = G_N_ELEMENTS (notes);
  return notes;
}

/* So few, and asked for so seldom, that they are looked through. */
const PgwFunctionNote *
pgw_function_note (const char *function)
{
  g_return_val_if_fail (function != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    if (g_str_equal (notes[i].function, function))
      return &notes[i];
  return NULL;
}
