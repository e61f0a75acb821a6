/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of a window's panes, attached to the session they are about. The
 * history for charts is sampled while it is recorded; where that was missed,
 * in idle slices, so that a long recording never holds up a frame.
 */
#include "config.h"

#include "pgw-settings.h"
#include "pgw-view-options.h"

/* Few enough not to hold up a frame; enough to be worth the way from the position and back. */
#define SLICE_STEPS   10000
#define PLAYING_SLICE_MSEC 250  /* between two slices while the session plays */
#define SLICE_BUDGET  4000      /* microseconds an idle slice may take */

struct _PgwViewOptions {
  GObject        parent_instance;

  PgwSession    *session;       /* owns us */
  PgwTimeline   *timeline;      /* the one that is sampled */
  PgwStatistics *statistics;
  guint          idle_id;
  gboolean       stale;         /* there may be something to sample */
  double         font_scale;
  guint32        zone;
  PgwComparison *comparison;
  GArray        *peers;         /* of PgwPeer: its machines */
  char          *compared_pane;
  char          *translate;
};

enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwViewOptions, pgw_view_options, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static gboolean sample_cb (gpointer data);

/* A slice may have a long way to go and back; while the session plays, frames come first. */
static void
queue_sample (PgwViewOptions *self)
{
  if (pgw_session_get_state (self->session) == PGW_SESSION_PLAYING)
    self->idle_id = g_timeout_add_full (G_PRIORITY_LOW, PLAYING_SLICE_MSEC, sample_cb, self, NULL);
  else
    self->idle_id = g_idle_add_full (G_PRIORITY_LOW, sample_cb, self, NULL);
}

static gboolean
sample_cb (gpointer data)
{
  PgwViewOptions *self = data;
  gint64 end = g_get_monotonic_time () + SLICE_BUDGET;
  gboolean done = FALSE;

  if (pgw_session_get_state (self->session) == PGW_SESSION_RECORDING)
    {
      self->idle_id = 0;
      return G_SOURCE_REMOVE;
    }
  while (!done && g_get_monotonic_time () < end)
    done = pgw_statistics_update (self->statistics, SLICE_STEPS);
  self->idle_id = 0;
  if (!done)
    {
      queue_sample (self);
      return G_SOURCE_REMOVE;
    }
  self->stale = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
sample (PgwViewOptions *self)
{
  PgwTimeline *timeline = pgw_session_get_timeline (self->session);

  if (timeline != self->timeline)
    {
      g_clear_pointer (&self->statistics, pgw_statistics_unref);
      g_clear_pointer (&self->timeline, pgw_timeline_unref);
      if (timeline != NULL)
        {
          self->timeline = pgw_timeline_ref (timeline);
          self->statistics = pgw_statistics_new (timeline);
          pgw_statistics_follow (self->statistics);
        }
      self->zone = G_MAXUINT32;
      g_clear_pointer (&self->translate, g_free);
      self->stale = TRUE;
    }
  if (self->statistics != NULL && self->stale && self->idle_id == 0
      && pgw_session_get_state (self->session) != PGW_SESSION_RECORDING)
    queue_sample (self);
}

static void
session_cb (PgwViewOptions *self)
{
  sample (self);
}

static void
changed_cb (PgwViewOptions *self)
{
  self->stale = TRUE;
  sample (self);
}

static void
pgw_view_options_finalize (GObject *object)
{
  PgwViewOptions *self = PGW_VIEW_OPTIONS (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_pointer (&self->statistics, pgw_statistics_unref);
  g_clear_pointer (&self->timeline, pgw_timeline_unref);
  g_clear_pointer (&self->peers, g_array_unref);
  g_clear_object (&self->comparison);
  g_free (self->compared_pane);
  g_free (self->translate);
  G_OBJECT_CLASS (pgw_view_options_parent_class)->finalize (object);
}

static void
pgw_view_options_class_init (PgwViewOptionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pgw_view_options_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
pgw_view_options_init (PgwViewOptions *self)
{
  self->font_scale = 1.0;
  self->zone = G_MAXUINT32;
  self->compared_pane = pgw_settings_get_string ("compared-pane", "slab");
}

PgwViewOptions *
pgw_view_options_get (PgwSession *session)
{
  static GQuark quark;
  PgwViewOptions *self;

  g_return_val_if_fail (PGW_IS_SESSION (session), NULL);

  if (quark == 0)
    quark = g_quark_from_static_string ("pgw-view-options");
  self = g_object_get_qdata (G_OBJECT (session), quark);
  if (self == NULL)
    {
      self = g_object_new (PGW_TYPE_VIEW_OPTIONS, NULL);
      self->session = session;
      g_object_set_qdata_full (G_OBJECT (session), quark, self, g_object_unref);
      g_signal_connect_object (session, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::timeline", G_CALLBACK (session_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::state", G_CALLBACK (session_cb), self, G_CONNECT_SWAPPED);
      sample (self);
    }
  return self;
}

double
pgw_view_options_get_font_scale (PgwViewOptions *self)
{
  g_return_val_if_fail (PGW_IS_VIEW_OPTIONS (self), 1.0);

  return self->font_scale;
}

void
pgw_view_options_set_font_scale (PgwViewOptions *self, double font_scale)
{
  g_return_if_fail (PGW_IS_VIEW_OPTIONS (self));
  g_return_if_fail (font_scale > 0);

  if (self->font_scale == font_scale)
    return;
  self->font_scale = font_scale;
  g_signal_emit (self, signals[CHANGED], 0);
}

guint32
pgw_view_options_get_zone (PgwViewOptions *self)
{
  g_return_val_if_fail (PGW_IS_VIEW_OPTIONS (self), G_MAXUINT32);

  return self->zone;
}

void
pgw_view_options_set_zone (PgwViewOptions *self, guint32 zone)
{
  g_return_if_fail (PGW_IS_VIEW_OPTIONS (self));

  if (self->zone == zone)
    return;
  self->zone = zone;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
compared_cb (PgwViewOptions *self)
{
  g_clear_pointer (&self->peers, g_array_unref);
  if (self->comparison != NULL)
    self->peers = pgw_comparison_dup_peers (self->comparison);
  g_signal_emit (self, signals[CHANGED], 0);
}

PgwComparison *
pgw_view_options_get_comparison (PgwViewOptions *self)
{
  g_return_val_if_fail (PGW_IS_VIEW_OPTIONS (self), NULL);

  return self->comparison;
}

void
pgw_view_options_set_comparison (PgwViewOptions *self, PgwComparison *comparison)
{
  g_return_if_fail (PGW_IS_VIEW_OPTIONS (self));

  if (comparison == self->comparison)
    return;
  if (self->comparison != NULL)
    g_signal_handlers_disconnect_by_func (self->comparison, compared_cb, self);
  g_set_object (&self->comparison, comparison);
  if (comparison != NULL)
    g_signal_connect_object (comparison, "changed", G_CALLBACK (compared_cb), self, G_CONNECT_SWAPPED);
  compared_cb (self);
}

const char *
pgw_view_options_get_compared_pane (PgwViewOptions *self)
{
  g_return_val_if_fail (PGW_IS_VIEW_OPTIONS (self), NULL);

  return self->compared_pane;
}

void
pgw_view_options_set_compared_pane (PgwViewOptions *self, const char *pane)
{
  g_return_if_fail (PGW_IS_VIEW_OPTIONS (self));
  g_return_if_fail (pane != NULL);

  if (g_strcmp0 (pane, self->compared_pane) == 0)
    return;
  g_free (self->compared_pane);
  self->compared_pane = g_strdup (pane);
  pgw_settings_set_string ("compared-pane", pane);
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
pgw_view_options_get_translate (PgwViewOptions *self)
{
  g_return_val_if_fail (PGW_IS_VIEW_OPTIONS (self), NULL);

  return self->translate;
}

void
pgw_view_options_set_translate (PgwViewOptions *self, const char *translate)
{
  g_return_if_fail (PGW_IS_VIEW_OPTIONS (self));

  if (translate != NULL && *translate == '\0')
    translate = NULL;
  if (g_strcmp0 (self->translate, translate) == 0)
    return;
  g_free (self->translate);
  self->translate = g_strdup (translate);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
pgw_view_options_fill (PgwViewOptions *self, PgwPaneState *state)
{
  g_return_if_fail (PGW_IS_VIEW_OPTIONS (self));

  sample (self);
  state->timeline = pgw_session_get_timeline (self->session);
  state->scenario = pgw_session_get_scenario (self->session);
  state->selection = pgw_session_get_selection (self->session);
  state->statistics = self->statistics;
  state->zone = self->zone;
  state->translate = self->translate;
  state->font_scale = self->font_scale;
  state->peers = self->peers != NULL ? (const PgwPeer *) (gconstpointer) self->peers->data : NULL;
  state->n_peers = self->peers != NULL ? self->peers->len : 0;
}
