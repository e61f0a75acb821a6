/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings that may be missing: each access names its own fallback.
 */
#include "config.h"

#include "pgw-settings.h"

static gboolean
has_key (GSettings *settings, const char *key)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  if (settings == NULL)
    return FALSE;
  g_object_get (settings, "settings-schema", &schema, NULL);
  return g_settings_schema_has_key (schema, key);
}

GSettings *
pgw_settings_get (void)
{
  static gsize once;
  static GSettings *settings;

  if (g_once_init_enter (&once))
    {
      GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
      g_autoptr (GSettingsSchema) schema = NULL;

      if (source != NULL)
        schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);
      if (schema != NULL)
        settings = g_settings_new_full (schema, NULL, NULL);
      else
        g_info ("The settings schema %s is not installed; nothing will be remembered", APPLICATION_ID);
      g_once_init_leave (&once, 1);
    }
  return settings;
}

gboolean
pgw_settings_get_boolean (const char *key, gboolean fallback)
{
  GSettings *settings = pgw_settings_get ();

  return has_key (settings, key) ? g_settings_get_boolean (settings, key) : fallback;
}

int
pgw_settings_get_int (const char *key, int fallback)
{
  GSettings *settings = pgw_settings_get ();

  return has_key (settings, key) ? g_settings_get_int (settings, key) : fallback;
}

int
pgw_settings_get_enum (const char *key, int fallback)
{
  GSettings *settings = pgw_settings_get ();

  return has_key (settings, key) ? g_settings_get_enum (settings, key) : fallback;
}

double
pgw_settings_get_double (const char *key, double fallback)
{
  GSettings *settings = pgw_settings_get ();

  return has_key (settings, key) ? g_settings_get_double (settings, key) : fallback;
}

char *
pgw_settings_get_string (const char *key, const char *fallback)
{
  GSettings *settings = pgw_settings_get ();

  return has_key (settings, key) ? g_settings_get_string (settings, key) : g_strdup (fallback);
}

char *
pgw_settings_get_entry (const char *key, const char *name, const char *fallback)
{
  GSettings *settings = pgw_settings_get ();
  g_autoptr (GVariant) entries = has_key (settings, key) ? g_settings_get_value (settings, key) : NULL;
  const char *value = NULL;

  if (entries != NULL)
    g_variant_lookup (entries, name, "&s", &value);
  return g_strdup (value != NULL ? value : fallback);
}

/* Values out of a key's range are dropped by GSettings with a warning; keep them away from it. */
static void
set_value (const char *key, GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  GSettings *settings = pgw_settings_get ();

  if (!has_key (settings, key))
    return;
  g_object_get (settings, "settings-schema", &schema, NULL);
  schema_key = g_settings_schema_get_key (schema, key);
  if (g_settings_schema_key_range_check (schema_key, owned))
    g_settings_set_value (settings, key, owned);
}

void
pgw_settings_set_boolean (const char *key, gboolean value)
{
  set_value (key, g_variant_new_boolean (value));
}

void
pgw_settings_set_int (const char *key, int value)
{
  set_value (key, g_variant_new_int32 (value));
}

void
pgw_settings_set_enum (const char *key, int value)
{
  GSettings *settings = pgw_settings_get ();

  if (has_key (settings, key))
    g_settings_set_enum (settings, key, value);
}

void
pgw_settings_set_double (const char *key, double value)
{
  set_value (key, g_variant_new_double (value));
}

void
pgw_settings_set_string (const char *key, const char *value)
{
  set_value (key, g_variant_new_string (value));
}

void
pgw_settings_set_entry (const char *key, const char *name, const char *value)
{
  GSettings *settings = pgw_settings_get ();
  g_autoptr (GVariant) entries = has_key (settings, key) ? g_settings_get_value (settings, key) : NULL;
  GVariantBuilder builder;
  GVariantIter iter;
  const char *other, *content;

  if (entries == NULL)
    return;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, entries);
  while (g_variant_iter_next (&iter, "{&s&s}", &other, &content))
    if (!g_str_equal (other, name))
      g_variant_builder_add (&builder, "{ss}", other, content);
  g_variant_builder_add (&builder, "{ss}", name, value);
  set_value (key, g_variant_builder_end (&builder));
}
