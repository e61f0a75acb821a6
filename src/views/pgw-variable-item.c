/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One variable, member or element in the tree of variables. Its property
 * "value" notifies when anything of it that can be seen changed.
 */
#include "config.h"

#include "pgw-variable-item.h"

struct _PgwVariableItem {
  GObject     parent_instance;

  char       *expression;
  PgwLocal   *local;
  char       *old_value;        /* NULL: it did not change */
  GListStore *children;
};

enum { PROP_0, PROP_VALUE, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwVariableItem, pgw_variable_item, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
pgw_variable_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_VALUE)
    g_value_set_string (value, PGW_VARIABLE_ITEM (object)->local->value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
pgw_variable_item_finalize (GObject *object)
{
  PgwVariableItem *self = PGW_VARIABLE_ITEM (object);

  g_free (self->expression);
  g_free (self->old_value);
  g_clear_pointer (&self->local, pgw_local_free);
  g_clear_object (&self->children);
  G_OBJECT_CLASS (pgw_variable_item_parent_class)->finalize (object);
}

static void
pgw_variable_item_class_init (PgwVariableItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pgw_variable_item_finalize;
  object_class->get_property = pgw_variable_item_get_property;
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_variable_item_init (PgwVariableItem *self)
{
}

char *
pgw_variable_expression (const char *prefix, const PgwLocal *parent, const PgwLocal *local)
{
  const char *name = local->variable->name;

  if (prefix == NULL)
    return g_strdup (name);
  if (name[0] == '[')
    return g_strconcat (prefix, name, NULL);
  if (name[0] == '*')
    return g_strconcat ("*", prefix, NULL);
  return g_strconcat (prefix, parent->variable->type_class == PGW_TYPE_CLASS_POINTER ? "->" : ".", name, NULL);
}

/* What it was before, if that is something else. */
static char *
changed_from (const PgwLocal *local, const char *old)
{
  return old != NULL && g_strcmp0 (old, local->value != NULL ? local->value : "") != 0 ? g_strdup (old) : NULL;
}

PgwVariableItem *
pgw_variable_item_new (const char *expression, PgwLocal *local, const char *old)
{
  PgwVariableItem *self = g_object_new (PGW_TYPE_VARIABLE_ITEM, NULL);

  self->expression = g_strdup (expression);
  self->local = local;
  self->old_value = changed_from (local, old);
  return self;
}

gboolean
pgw_variable_item_update (PgwVariableItem *self, const char *expression, PgwLocal *local, const char *old)
{
  g_autofree char *old_value = NULL;
  gboolean same;

  if (!g_str_equal (self->expression, expression)
      || g_strcmp0 (self->local->variable->type, local->variable->type) != 0
      || (self->local->has_children && self->local->value != NULL) != (local->has_children && local->value != NULL))
    return FALSE;
  old_value = changed_from (local, old);
  same = g_strcmp0 (self->local->value, local->value) == 0 && self->local->object == local->object
         && g_strcmp0 (self->old_value, old_value) == 0;
  g_free (self->old_value);
  self->old_value = g_steal_pointer (&old_value);
  pgw_local_free (self->local);
  self->local = local;
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
  return TRUE;
}

const char *
pgw_variable_item_get_name (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  return self->local->variable->name;
}

const char *
pgw_variable_item_get_expression (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  return self->expression;
}

const char *
pgw_variable_item_get_value (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  return self->local->value;
}

const char *
pgw_variable_item_get_old_value (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  return self->old_value;
}

const PgwLocal *
pgw_variable_item_get_local (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  return self->local;
}

const char *
pgw_variable_item_get_type_name (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  return self->local->variable->type;
}

mm_object_t
pgw_variable_item_get_object (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), 0);

  return self->local->object;
}

GListStore *
pgw_variable_item_get_children (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  return self->children;
}

GListStore *
pgw_variable_item_add_children (PgwVariableItem *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLE_ITEM (self), NULL);

  if (self->children == NULL)
    self->children = g_list_store_new (PGW_TYPE_VARIABLE_ITEM);
  return self->children;
}
