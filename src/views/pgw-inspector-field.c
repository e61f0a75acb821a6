/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One row of the inspector.
 */
#include "config.h"

#include "pgw-inspector-field.h"

struct _PgwInspectorField {
  GObject     parent_instance;

  char       *name;
  char       *type;
  char       *value;
  char       *old_value;
  mm_object_t object;
};

enum { PROP_0, PROP_VALUE, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwInspectorField, pgw_inspector_field, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
pgw_inspector_field_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_VALUE)
    g_value_set_string (value, PGW_INSPECTOR_FIELD (object)->value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
pgw_inspector_field_finalize (GObject *object)
{
  PgwInspectorField *self = PGW_INSPECTOR_FIELD (object);

  g_free (self->name);
  g_free (self->type);
  g_free (self->value);
  g_free (self->old_value);
  G_OBJECT_CLASS (pgw_inspector_field_parent_class)->finalize (object);
}

static void
pgw_inspector_field_class_init (PgwInspectorFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pgw_inspector_field_finalize;
  object_class->get_property = pgw_inspector_field_get_property;
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_inspector_field_init (PgwInspectorField *self)
{
}

PgwInspectorField *
pgw_inspector_field_new (void)
{
  return g_object_new (PGW_TYPE_INSPECTOR_FIELD, NULL);
}

static gboolean
replace (char **text, const char *with)
{
  if (g_strcmp0 (*text, with) == 0)
    return FALSE;
  g_free (*text);
  *text = g_strdup (with);
  return TRUE;
}

void
pgw_inspector_field_set (PgwInspectorField *self, const struct view_field *field, const char *old_value)
{
  gboolean changed;

  g_return_if_fail (PGW_IS_INSPECTOR_FIELD (self));
  g_return_if_fail (field != NULL);

  changed = replace (&self->name, field->name);
  changed |= replace (&self->type, field->type);
  changed |= replace (&self->value, field->value);
  changed |= replace (&self->old_value, old_value);
  changed |= self->object != field->object;
  self->object = field->object;
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

const char *
pgw_inspector_field_get_name (PgwInspectorField *self)
{
  g_return_val_if_fail (PGW_IS_INSPECTOR_FIELD (self), NULL);

  return self->name;
}

const char *
pgw_inspector_field_get_type_name (PgwInspectorField *self)
{
  g_return_val_if_fail (PGW_IS_INSPECTOR_FIELD (self), NULL);

  return self->type;
}

const char *
pgw_inspector_field_get_value (PgwInspectorField *self)
{
  g_return_val_if_fail (PGW_IS_INSPECTOR_FIELD (self), NULL);

  return self->value;
}

const char *
pgw_inspector_field_get_old_value (PgwInspectorField *self)
{
  g_return_val_if_fail (PGW_IS_INSPECTOR_FIELD (self), NULL);

  return self->old_value;
}

mm_object_t
pgw_inspector_field_get_object (PgwInspectorField *self)
{
  g_return_val_if_fail (PGW_IS_INSPECTOR_FIELD (self), 0);

  return self->object;
}
