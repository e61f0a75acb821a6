/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The abstract base of all parts of the window: from a session's signals to
 * at most one update a frame.
 */
#include "config.h"

#include "pgw-section.h"

typedef struct {
  PgwSession   *session;
  GSignalGroup *signals;
  guint         pending;        /* PgwSectionChanges not yet shown */
  guint         tick_id;
  gint64        updated_at;     /* frame time of the last update */
  gint64        cost;           /* microseconds an update of a picture takes, of late */
} PgwSectionPrivate;

enum { PROP_0, PROP_SESSION, N_PROPS };

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PgwSection, pgw_section, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];

#define PRIV(self) ((PgwSectionPrivate *) pgw_section_get_instance_private (self))

/*
 * Text that changes is dear: GTK shapes it and lays out what is around it. So the sections of text wait for a beat
 * while a session plays, for a longer one where it plays faster than anybody reads, and at a beat they take turns:
 * each has a frame for itself, those of one class have one together. Where it plays that fast, pictures leave
 * them this frame, and a picture that takes long is made less often, and not in the frame of another such.
 */
#define READABLE_SPEED 20       /* steps a second */
#define FAST_BEAT      (G_USEC_PER_SEC / 4)
#define PICTURE_SHARE  8        /* a picture takes one part in so many of the time */
#define DEAR_PICTURE   1500     /* microseconds that one takes from which on no two are made in a frame */

typedef struct {
  gint64 frame;         /* frame time of the last turn */
  GType  type;          /* whose it was */
  gint64 picture_frame; /* of the last picture that takes long */
} Turn;

static Turn *
get_turn (PgwSession *session)
{
  Turn *turn = g_object_get_data (G_OBJECT (session), "pgw-section-turn");

  if (turn == NULL)
    {
      turn = g_new0 (Turn, 1);
      g_object_set_data_full (G_OBJECT (session), "pgw-section-turn", turn, g_free);
    }
  return turn;
}

static gboolean
take_turn (PgwSection *self, gint64 now)
{
  Turn *turn = get_turn (PRIV (self)->session);

  if (turn->frame == now && turn->type != G_OBJECT_TYPE (self))
    return FALSE;
  turn->frame = now;
  turn->type = G_OBJECT_TYPE (self);
  return TRUE;
}

static gboolean
picture_has_to_wait (PgwSection *self, gint64 now)
{
  PgwSectionPrivate *priv = PRIV (self);
  Turn *turn = get_turn (priv->session);

  if (turn->frame == now || now - priv->updated_at < MIN (priv->cost * PICTURE_SHARE, FAST_BEAT))
    return TRUE;
  if (priv->cost < DEAR_PICTURE)
    return FALSE;
  if (turn->picture_frame == now)
    return TRUE;
  turn->picture_frame = now;
  return FALSE;
}

static gboolean
has_to_wait (PgwSection *self, gint64 now)
{
  PgwSectionPrivate *priv = PRIV (self);
  gint64 beat = PGW_SECTION_GET_CLASS (self)->busy_interval;
  gboolean fast;

  if (priv->session == NULL || pgw_session_get_state (priv->session) != PGW_SESSION_PLAYING)
    return FALSE;
  fast = pgw_session_get_speed (priv->session) > READABLE_SPEED;
  if (PGW_SECTION_GET_CLASS (self)->is_picture)
    return fast && picture_has_to_wait (self, now);
  if (beat <= 0)
    return FALSE;
  if (fast)
    beat = FAST_BEAT;
  return now / beat == priv->updated_at / beat || !take_turn (self, now);
}

static gboolean
pgw_section_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  PgwSection *self = PGW_SECTION (widget);
  PgwSectionPrivate *priv = PRIV (self);
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (has_to_wait (self, now))
    return G_SOURCE_CONTINUE;

  priv->tick_id = 0;
  priv->updated_at = now;
  pgw_section_flush (self);
  return G_SOURCE_REMOVE;
}

static void
pgw_section_moved_cb (PgwSection *self, guint64 from, guint64 to, PgwSession *session)
{
  pgw_section_queue (self, PGW_SECTION_POSITION);
}

static void
pgw_section_changed_cb (PgwSection *self, PgwSession *session)
{
  pgw_section_queue (self, PGW_SECTION_SCRIPT | PGW_SECTION_POSITION);
}

static void
pgw_section_expectations_cb (PgwSection *self, PgwSession *session)
{
  pgw_section_queue (self, PGW_SECTION_EXPECTATIONS);
}

static void
pgw_section_notify_cb (PgwSection *self, GParamSpec *pspec, PgwSession *session)
{
  const char *name = pspec->name;

  if (g_str_equal (name, "selection"))
    pgw_section_queue (self, PGW_SECTION_SELECTION);
  else if (g_str_equal (name, "scenario") || g_str_equal (name, "timeline"))
    pgw_section_queue (self, PGW_SECTION_SESSION | PGW_SECTION_SCRIPT | PGW_SECTION_POSITION
                       | PGW_SECTION_EXPECTATIONS);
  else if (g_str_equal (name, "state") || g_str_equal (name, "granularity") || g_str_equal (name, "speed")
           || g_str_equal (name, "recording-progress") || g_str_equal (name, "can-undo")
           || g_str_equal (name, "title") || g_str_equal (name, "modified"))
    pgw_section_queue (self, PGW_SECTION_STATE);
}

static void
pgw_section_map (GtkWidget *widget)
{
  PgwSection *self = PGW_SECTION (widget);

  GTK_WIDGET_CLASS (pgw_section_parent_class)->map (widget);
  if (PRIV (self)->pending != 0)
    pgw_section_queue (self, PRIV (self)->pending);
}

static void
pgw_section_unmap (GtkWidget *widget)
{
  PgwSectionPrivate *priv = PRIV (PGW_SECTION (widget));

  if (priv->tick_id != 0)
    {
      gtk_widget_remove_tick_callback (widget, priv->tick_id);
      priv->tick_id = 0;
    }
  GTK_WIDGET_CLASS (pgw_section_parent_class)->unmap (widget);
}

static void
pgw_section_dispose (GObject *object)
{
  PgwSectionPrivate *priv = PRIV (PGW_SECTION (object));

  if (priv->signals != NULL)
    g_signal_group_set_target (priv->signals, NULL);
  g_clear_object (&priv->signals);
  g_clear_object (&priv->session);
  G_OBJECT_CLASS (pgw_section_parent_class)->dispose (object);
}

static void
pgw_section_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, pgw_section_get_session (PGW_SECTION (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_section_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SESSION:
      pgw_section_set_session (PGW_SECTION (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_section_class_init (PgwSectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pgw_section_dispose;
  object_class->get_property = pgw_section_get_property;
  object_class->set_property = pgw_section_set_property;
  widget_class->map = pgw_section_map;
  widget_class->unmap = pgw_section_unmap;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PGW_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                  | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_section_init (PgwSection *self)
{
  PgwSectionPrivate *priv = PRIV (self);

  priv->pending = PGW_SECTION_ALL;
  priv->signals = g_signal_group_new (PGW_TYPE_SESSION);
  g_signal_group_connect_swapped (priv->signals, "moved", G_CALLBACK (pgw_section_moved_cb), self);
  g_signal_group_connect_swapped (priv->signals, "changed", G_CALLBACK (pgw_section_changed_cb), self);
  g_signal_group_connect_swapped (priv->signals, "expectations-changed",
                                  G_CALLBACK (pgw_section_expectations_cb), self);
  g_signal_group_connect_swapped (priv->signals, "notify", G_CALLBACK (pgw_section_notify_cb), self);
}

PgwSession *
pgw_section_get_session (PgwSection *self)
{
  g_return_val_if_fail (PGW_IS_SECTION (self), NULL);

  return PRIV (self)->session;
}

const struct machine *
pgw_section_get_machine (PgwSection *self)
{
  PgwSession *session = pgw_section_get_session (self);
  PgwTimeline *timeline = session != NULL ? pgw_session_get_timeline (session) : NULL;

  return timeline != NULL ? pgw_timeline_get_machine (timeline) : NULL;
}

void
pgw_section_set_session (PgwSection *self, PgwSession *session)
{
  PgwSectionPrivate *priv = PRIV (self);

  g_return_if_fail (PGW_IS_SECTION (self));
  g_return_if_fail (session == NULL || PGW_IS_SESSION (session));

  if (!g_set_object (&priv->session, session))
    return;
  g_signal_group_set_target (priv->signals, session);
  pgw_section_queue (self, PGW_SECTION_ALL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

void
pgw_section_queue (PgwSection *self, PgwSectionChanges changes)
{
  PgwSectionPrivate *priv = PRIV (self);

  g_return_if_fail (PGW_IS_SECTION (self));

  priv->pending |= changes;
  if (priv->pending != 0 && priv->tick_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    priv->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), pgw_section_tick_cb, NULL, NULL);
}

void
pgw_section_flush (PgwSection *self)
{
  PgwSectionPrivate *priv = PRIV (self);
  guint changes = priv->pending;

  g_return_if_fail (PGW_IS_SECTION (self));

  priv->pending = 0;
  if (changes != 0 && PGW_SECTION_GET_CLASS (self)->update != NULL)
    {
      gint64 begun = g_get_monotonic_time ();

      PGW_SECTION_GET_CLASS (self)->update (self, priv->session, changes);
      priv->cost += (g_get_monotonic_time () - begun - priv->cost) / 4;
    }
  if (priv->pending == 0 && priv->tick_id != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), priv->tick_id);
      priv->tick_id = 0;
    }
}

gboolean
pgw_section_is_pending (PgwSection *self)
{
  g_return_val_if_fail (PGW_IS_SECTION (self), FALSE);

  return PRIV (self)->tick_id != 0;
}
