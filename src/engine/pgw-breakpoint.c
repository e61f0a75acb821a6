/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwBreakpoint: one condition a session can stop at, as an item of a list.
 * It holds the text as it was typed and the condition read from it; looking
 * for the place where it holds is the business of pgw-search.c.
 */
#include "config.h"
#include "pgw-breakpoint-private.h"

struct _PgwBreakpoint
{
  GObject      parent_instance;

  guint        id;
  char        *text;
  PgwCondition condition;
  gboolean     enabled;
};

enum { PROP_0, PROP_ID, PROP_CONDITION, PROP_ENABLED, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwBreakpoint, pgw_breakpoint, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
pgw_breakpoint_finalize (GObject *object)
{
  PgwBreakpoint *self = PGW_BREAKPOINT (object);

  pgw_condition_clear (&self->condition);
  g_free (self->text);

  G_OBJECT_CLASS (pgw_breakpoint_parent_class)->finalize (object);
}

static void
pgw_breakpoint_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PgwBreakpoint *self = PGW_BREAKPOINT (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_uint (value, self->id);
      break;
    case PROP_CONDITION:
      g_value_set_string (value, self->text);
      break;
    case PROP_ENABLED:
      g_value_set_boolean (value, self->enabled);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_breakpoint_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  PgwBreakpoint *self = PGW_BREAKPOINT (object);

  switch (prop_id)
    {
    case PROP_ENABLED:
      pgw_breakpoint_set_enabled (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_breakpoint_class_init (PgwBreakpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pgw_breakpoint_finalize;
  object_class->get_property = pgw_breakpoint_get_property;
  object_class->set_property = pgw_breakpoint_set_property;

  properties[PROP_ID] =
    g_param_spec_uint ("id", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONDITION] =
    g_param_spec_string ("condition", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ENABLED] =
    g_param_spec_boolean ("enabled", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_breakpoint_init (PgwBreakpoint *self)
{
  self->enabled = TRUE;
}

PgwBreakpoint *
pgw_breakpoint_new (guint id, const char *text, const PgwCondition *condition)
{
  PgwBreakpoint *self = g_object_new (PGW_TYPE_BREAKPOINT, NULL);

  self->id = id;
  self->text = g_strdup (text);
  self->condition = *condition;

  return self;
}

guint
pgw_breakpoint_get_id (PgwBreakpoint *self)
{
  g_return_val_if_fail (PGW_IS_BREAKPOINT (self), 0);

  return self->id;
}

const char *
pgw_breakpoint_get_condition (PgwBreakpoint *self)
{
  g_return_val_if_fail (PGW_IS_BREAKPOINT (self), NULL);

  return self->text;
}

gboolean
pgw_breakpoint_get_enabled (PgwBreakpoint *self)
{
  g_return_val_if_fail (PGW_IS_BREAKPOINT (self), FALSE);

  return self->enabled;
}

void
pgw_breakpoint_set_enabled (PgwBreakpoint *self, gboolean enabled)
{
  g_return_if_fail (PGW_IS_BREAKPOINT (self));

  enabled = !!enabled;
  if (self->enabled == enabled)
    return;

  self->enabled = enabled;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
}

const PgwCondition *
pgw_breakpoint_get_parsed (PgwBreakpoint *self)
{
  g_return_val_if_fail (PGW_IS_BREAKPOINT (self), NULL);

  return &self->condition;
}
