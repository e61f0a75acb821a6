/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way from one scene to the next in a widget: what is shown moves from the
 * one to the other. A tick callback runs only while something moves.
 */
#pragma once

#include <gtk/gtk.h>

#include "src/scene/pgw-scene.h"

G_BEGIN_DECLS

/* Part of its widget: zero but for `widget`. To be read by it, changed by the functions only. */
typedef struct {
  GtkWidget *widget;
  PgwScene  *scene;             /* where the way leads; NULL: nothing is shown */
  PgwScene  *from;              /* what was shown when the move began */
  PgwScene  *shown;             /* between the two, or the scene itself */
  guint      tween_id;          /* 0: nothing moves */
  gint64     tween_start;       /* frame time, 0 = in the next frame */
  gint64     tween_usec;
} PgwSceneWay;

/* Goes to `scene` (taken; may be NULL) within `usec` microseconds, 0 = at once. */
void pgw_scene_way_take  (PgwSceneWay *self, PgwScene *scene, gint64 usec);
/* Nothing moves any more: shows where the way led. */
void pgw_scene_way_end   (PgwSceneWay *self);
/* Gives all scenes up. */
void pgw_scene_way_clear (PgwSceneWay *self);

G_END_DECLS
