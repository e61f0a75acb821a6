/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings of the program, where their schema is installed. A build that
 * was not installed, and is run without GSETTINGS_SCHEMA_DIR, works with
 * defaults and remembers nothing; it never aborts.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings, or NULL where no schema (or an older one) is found. Owned by the library. */
GSettings *pgw_settings_get         (void);

gboolean   pgw_settings_get_boolean (const char *key, gboolean fallback);
int        pgw_settings_get_int     (const char *key, int fallback);
int        pgw_settings_get_enum    (const char *key, int fallback);
double     pgw_settings_get_double  (const char *key, double fallback);
/* Free with g_free(). */
char      *pgw_settings_get_string  (const char *key, const char *fallback);
/* What stands under `name` in a dictionary of strings; free with g_free(). */
char      *pgw_settings_get_entry   (const char *key, const char *name, const char *fallback);

/* Writing does nothing where there are no settings. */
void       pgw_settings_set_boolean (const char *key, gboolean value);
void       pgw_settings_set_int     (const char *key, int value);
void       pgw_settings_set_enum    (const char *key, int value);
void       pgw_settings_set_double  (const char *key, double value);
void       pgw_settings_set_string  (const char *key, const char *value);
void       pgw_settings_set_entry   (const char *key, const char *name, const char *value);

G_END_DECLS
