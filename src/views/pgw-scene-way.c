/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tweening: a scene between two others for every frame, fast at first and slow
 * at the end.
 */
#include "config.h"

#include <math.h>

#include "pgw-scene-way.h"

static void
show (PgwSceneWay *self, PgwScene *scene)
{
  g_clear_pointer (&self->shown, pgw_scene_unref);
  self->shown = scene;
  gtk_widget_queue_draw (self->widget);
}

static void
stop (PgwSceneWay *self)
{
  if (self->tween_id != 0)
    gtk_widget_remove_tick_callback (self->widget, self->tween_id);
  self->tween_id = 0;
  g_clear_pointer (&self->from, pgw_scene_unref);
}

static gboolean
tween_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  PgwSceneWay *self = data;
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double t;

  if (self->tween_start == 0)
    self->tween_start = now;
  t = (double) (now - self->tween_start) / self->tween_usec;
  if (t >= 1.0)
    {
      self->tween_id = 0;
      g_clear_pointer (&self->from, pgw_scene_unref);
      show (self, pgw_scene_ref (self->scene));
      return G_SOURCE_REMOVE;
    }
  show (self, pgw_scene_tween (self->from, self->scene, 1 - pow (1 - t, 3)));
  return G_SOURCE_CONTINUE;
}

void
pgw_scene_way_take (PgwSceneWay *self, PgwScene *scene, gint64 usec)
{
  g_autoptr (PgwScene) before = g_steal_pointer (&self->scene);

  stop (self);
  self->scene = scene;
  if (usec <= 0 || before == NULL || scene == NULL)
    {
      show (self, scene != NULL ? pgw_scene_ref (scene) : NULL);
      return;
    }
  /* From the scene before, not from a point half-way to it: identities of that are no longer whole. */
  self->from = g_steal_pointer (&before);
  self->tween_start = 0;
  self->tween_usec = usec;
  self->tween_id = gtk_widget_add_tick_callback (self->widget, tween_cb, self, NULL);
  show (self, pgw_scene_tween (self->from, self->scene, 0));
}

void
pgw_scene_way_end (PgwSceneWay *self)
{
  if (self->tween_id == 0)
    return;
  stop (self);
  show (self, pgw_scene_ref (self->scene));
}

void
pgw_scene_way_clear (PgwSceneWay *self)
{
  stop (self);
  g_clear_pointer (&self->shown, pgw_scene_unref);
  g_clear_pointer (&self->scene, pgw_scene_unref);
}
