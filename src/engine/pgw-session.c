/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession, the object itself: properties, signals, selection and the list
 * of breakpoints. What it does with the timeline is in pgw-session-move.c and
 * pgw-session-script.c.
 *
 * Setters compare, set and notify, each property once for each change; the
 * position is changed in one place, pgw_session_sync_position(), so that
 * `position`, `moved` and the machine can never tell different stories.
 */
#include "config.h"
#include "pgw-session-private.h"

#include <glib/gi18n-lib.h>

#define DEFAULT_SPEED 4.0
#define LOWEST_SPEED  0.1
#define HIGHEST_SPEED 1000000.0

G_DEFINE_QUARK (pgw-session-error-quark, pgw_session_error)

G_DEFINE_ENUM_TYPE (PgwSessionState, pgw_session_state,
                    G_DEFINE_ENUM_VALUE (PGW_SESSION_EMPTY, "empty"),
                    G_DEFINE_ENUM_VALUE (PGW_SESSION_RECORDING, "recording"),
                    G_DEFINE_ENUM_VALUE (PGW_SESSION_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (PGW_SESSION_PLAYING, "playing"),
                    G_DEFINE_ENUM_VALUE (PGW_SESSION_SEARCHING, "searching"))

G_DEFINE_ENUM_TYPE (PgwGranularity, pgw_granularity,
                    G_DEFINE_ENUM_VALUE (PGW_GRANULARITY_OPERATION, "operation"),
                    G_DEFINE_ENUM_VALUE (PGW_GRANULARITY_EVENT, "event"),
                    G_DEFINE_ENUM_VALUE (PGW_GRANULARITY_LINE, "line"))

enum { MOVED, CHANGED, EXPECTATIONS_CHANGED, SEARCH_FINISHED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwSession, pgw_session, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

void
pgw_session_notify (PgwSession *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

void
pgw_session_emit_changed (PgwSession *self)
{
  pgw_session_forget_lines (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
pgw_session_emit_search_finished (PgwSession *self, gboolean found)
{
  g_signal_emit (self, signals[SEARCH_FINISHED], 0, found);
}

void
pgw_session_emit_expectations (PgwSession *self)
{
  if (!self->expect_changed)
    return;

  self->expect_changed = FALSE;
  g_signal_emit (self, signals[EXPECTATIONS_CHANGED], 0);
}

void
pgw_session_set_state (PgwSession *self, PgwSessionState state)
{
  if (self->state == state)
    return;

  self->state = state;
  pgw_session_notify (self, PROP_STATE);
}

void
pgw_session_set_progress (PgwSession *self, double progress)
{
  if (self->progress == progress)
    return;

  self->progress = progress;
  pgw_session_notify (self, PROP_RECORDING_PROGRESS);
}

void
pgw_session_sync_position (PgwSession *self)
{
  guint64 from = self->position;
  guint64 to = self->timeline != NULL ? pgw_timeline_get_position (self->timeline) : 0;
  guint64 line = self->timeline != NULL && pgw_timeline_is_at_source_line (self->timeline)
    ? pgw_timeline_get_source_line (self->timeline) : 0;
  gboolean same_line = self->source_line == line;

  if (from == to && same_line)
    return;

  self->position = to;
  self->source_line = line;
  if (from != to)
    pgw_session_notify (self, PROP_POSITION);
  if (!same_line)
    pgw_session_notify (self, PROP_SOURCE_LINE);
  g_signal_emit (self, signals[MOVED], 0, from, to);
}

void
pgw_session_sync_length (PgwSession *self)
{
  guint64 length = self->timeline != NULL ? pgw_timeline_get_length (self->timeline) : 0;

  if (self->length == length)
    return;

  self->length = length;
  pgw_session_forget_lines (self);
  pgw_session_notify (self, PROP_LENGTH);
}

static void
pgw_session_dispose (GObject *object)
{
  PgwSession *self = PGW_SESSION (object);

  pgw_session_halt (self);
  pgw_session_script_dispose (self);
  g_list_store_remove_all (self->breakpoints);

  G_OBJECT_CLASS (pgw_session_parent_class)->dispose (object);
}

static void
pgw_session_finalize (GObject *object)
{
  PgwSession *self = PGW_SESSION (object);

  pgw_session_script_finalize (self);
  pgw_session_lines_finalize (self);
  g_clear_object (&self->breakpoints);
  g_free (self->title);

  G_OBJECT_CLASS (pgw_session_parent_class)->finalize (object);
}

static void
pgw_session_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PgwSession *self = PGW_SESSION (object);

  switch (prop_id)
    {
    case PROP_SCENARIO:
      g_value_set_pointer (value, self->scenario);
      break;
    case PROP_TIMELINE:
      g_value_set_pointer (value, self->timeline);
      break;
    case PROP_POSITION:
      g_value_set_uint64 (value, self->position);
      break;
    case PROP_SOURCE_LINE:
      g_value_set_uint64 (value, self->source_line);
      break;
    case PROP_LENGTH:
      g_value_set_uint64 (value, self->length);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_GRANULARITY:
      g_value_set_enum (value, self->granularity);
      break;
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;
    case PROP_SELECTION:
      g_value_set_uint64 (value, self->selection);
      break;
    case PROP_RECORDING_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, pgw_session_can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, pgw_session_can_redo (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, pgw_session_get_modified (self));
      break;
    case PROP_BUG:
      g_value_set_boolean (value, self->bug);
      break;
    case PROP_COMPLETE:
      g_value_set_boolean (value, self->complete);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_session_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  PgwSession *self = PGW_SESSION (object);

  switch (prop_id)
    {
    case PROP_POSITION:
      pgw_session_seek (self, g_value_get_uint64 (value));
      break;
    case PROP_GRANULARITY:
      pgw_session_set_granularity (self, g_value_get_enum (value));
      break;
    case PROP_SPEED:
      pgw_session_set_speed (self, g_value_get_double (value));
      break;
    case PROP_SELECTION:
      pgw_session_set_selection (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  properties[PROP_SCENARIO] = g_param_spec_pointer ("scenario", NULL, NULL, readable);
  properties[PROP_TIMELINE] = g_param_spec_pointer ("timeline", NULL, NULL, readable);
  properties[PROP_POSITION] = g_param_spec_uint64 ("position", NULL, NULL, 0, G_MAXUINT64, 0, writable);
  properties[PROP_SOURCE_LINE] = g_param_spec_uint64 ("source-line", NULL, NULL, 0, G_MAXUINT64, 0, readable);
  properties[PROP_LENGTH] = g_param_spec_uint64 ("length", NULL, NULL, 0, G_MAXUINT64, 0, readable);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PGW_TYPE_SESSION_STATE, PGW_SESSION_EMPTY, readable);
  properties[PROP_GRANULARITY] =
    g_param_spec_enum ("granularity", NULL, NULL, PGW_TYPE_GRANULARITY, PGW_GRANULARITY_EVENT, writable);
  properties[PROP_SPEED] =
    g_param_spec_double ("speed", NULL, NULL, LOWEST_SPEED, HIGHEST_SPEED, DEFAULT_SPEED, writable);
  properties[PROP_SELECTION] = g_param_spec_uint64 ("selection", NULL, NULL, 0, G_MAXUINT64, 0, writable);
  properties[PROP_RECORDING_PROGRESS] =
    g_param_spec_double ("recording-progress", NULL, NULL, 0.0, 1.0, 0.0, readable);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, readable);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, readable);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, readable);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, readable);
  properties[PROP_BUG] = g_param_spec_boolean ("bug", NULL, NULL, FALSE, readable);
  properties[PROP_COMPLETE] = g_param_spec_boolean ("complete", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_session_class_init (PgwSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = pgw_session_dispose;
  object_class->finalize = pgw_session_finalize;
  object_class->get_property = pgw_session_get_property;
  object_class->set_property = pgw_session_set_property;
  install_properties (object_class);

  signals[MOVED] = g_signal_new ("moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EXPECTATIONS_CHANGED] =
    g_signal_new ("expectations-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SEARCH_FINISHED] = g_signal_new ("search-finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
pgw_session_init (PgwSession *self)
{
  self->granularity = PGW_GRANULARITY_EVENT;
  self->speed = DEFAULT_SPEED;
  self->breakpoints = g_list_store_new (PGW_TYPE_BREAKPOINT);
  self->next_breakpoint = 1;
  pgw_session_script_init (self);
}

PgwSession *
pgw_session_new (void)
{
  return g_object_new (PGW_TYPE_SESSION, NULL);
}

PgwScenario *
pgw_session_get_scenario (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), NULL);

  return self->scenario;
}

PgwTimeline *
pgw_session_get_timeline (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), NULL);

  return self->timeline;
}

const char *
pgw_session_get_title (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), NULL);

  return self->title;
}

gboolean
pgw_session_get_bug (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  return self->bug;
}

gboolean
pgw_session_get_complete (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  return self->complete;
}

guint64
pgw_session_get_position (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), 0);

  return self->position;
}

guint64
pgw_session_get_length (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), 0);

  return self->length;
}

PgwSessionState
pgw_session_get_state (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), PGW_SESSION_EMPTY);

  return self->state;
}

double
pgw_session_get_recording_progress (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), 0.0);

  return self->progress;
}

PgwGranularity
pgw_session_get_granularity (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), PGW_GRANULARITY_EVENT);

  return self->granularity;
}

double
pgw_session_get_speed (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), DEFAULT_SPEED);

  return self->speed;
}

mm_object_t
pgw_session_get_selection (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), 0);

  return self->selection;
}

void
pgw_session_set_selection (PgwSession *self, mm_object_t object)
{
  g_return_if_fail (PGW_IS_SESSION (self));

  if (self->selection == object)
    return;

  self->selection = object;
  pgw_session_notify (self, PROP_SELECTION);
}

GArray *
pgw_session_get_expect_results (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), NULL);

  return self->expect_results;
}

guint
pgw_session_add_breakpoint (PgwSession *self, const char *condition, GError **error)
{
  g_autoptr (PgwBreakpoint) breakpoint = NULL;

  g_return_val_if_fail (PGW_IS_SESSION (self), 0);
  g_return_val_if_fail (condition != NULL, 0);

  breakpoint = pgw_session_new_breakpoint (self, self->next_breakpoint, condition, error);
  if (breakpoint == NULL)
    return 0;

  self->next_breakpoint++;
  g_list_store_append (self->breakpoints, breakpoint);

  return pgw_breakpoint_get_id (breakpoint);
}

static PgwBreakpoint *
find_breakpoint (PgwSession *self, guint id, guint *index)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->breakpoints)); i++)
    {
      g_autoptr (PgwBreakpoint) breakpoint = g_list_model_get_item (G_LIST_MODEL (self->breakpoints), i);

      *index = i;
      if (pgw_breakpoint_get_id (breakpoint) == id)
        return breakpoint;      /* the list keeps it */
    }

  return NULL;
}

gboolean
pgw_session_remove_breakpoint (PgwSession *self, guint id)
{
  guint index;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (find_breakpoint (self, id, &index) == NULL)
    return FALSE;

  g_list_store_remove (self->breakpoints, index);
  return TRUE;
}

gboolean
pgw_session_enable_breakpoint (PgwSession *self, guint id, gboolean enabled)
{
  PgwBreakpoint *breakpoint;
  guint index;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  breakpoint = find_breakpoint (self, id, &index);
  if (breakpoint == NULL)
    return FALSE;

  pgw_breakpoint_set_enabled (breakpoint, enabled);
  return TRUE;
}

GListModel *
pgw_session_get_breakpoints (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->breakpoints);
}
