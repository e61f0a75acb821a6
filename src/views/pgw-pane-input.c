/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pointer and keys in a pane. A click selects what it hits; in the timeline a
 * drag scrubs; in a pane that can be zoomed it pans; in the address space it
 * chooses a range (pgw-range-drag.c).
 */
#include "config.h"

#include "pgw-pane-input.h"
#include "pgw-range-drag.h"
#include "pgw-view-options.h"
#include "src/scene/pgw-frames.h"
#include "src/scene/pgw-plot.h"

#define SCROLL_PIXELS   48.0
#define DRAG_THRESHOLD  4.0

typedef struct {
  PgwPaneCanvas *canvas;
  PgwRangeDrag  *ranges;
  double         drag_y;        /* where the last update of a drag was */
  double         start_x;
  double         y;             /* where the pointer is */
  gboolean       scrubbing;
} Input;

gboolean
pgw_pane_is_timeline (const PgwPaneType *type)
{
  return type != NULL && g_str_equal (type->id, "timeline");
}

/* A pane whose horizontal axis is time: a place in it is a step. */
static gboolean
shows_time (const PgwPaneType *type)
{
  return type != NULL && (pgw_pane_is_timeline (type) || g_str_equal (type->id, "chart"));
}

static PgwSession *
session_of (Input *input)
{
  return pgw_section_get_session (PGW_SECTION (input->canvas));
}

static mm_object_t
object_at (Input *input, double x, double y)
{
  PgwScene *scene = pgw_pane_canvas_get_scene (input->canvas);
  const PgwItem *item;
  mm_object_t object = 0;
  double left, top;

  if (scene == NULL)
    return 0;
  pgw_pane_canvas_get_scroll (input->canvas, &left, &top);
  item = pgw_scene_pick (scene, x + left, y + top, &object);
  if (item != NULL && object == 0)
    object = item->object;
  return object;
}

static void
scrub_to (Input *input, double x)
{
  const PgwPaneType *type = pgw_pane_canvas_get_pane_type (input->canvas);
  double width = gtk_widget_get_width (GTK_WIDGET (input->canvas));
  PgwPaneState state;

  if (!pgw_pane_canvas_get_state (input->canvas, &state))
    return;
  pgw_session_seek (session_of (input), pgw_pane_is_timeline (type) ? pgw_timeline_pane_step_at (&state, width, x)
                                                                    : pgw_chart_pane_step_at (&state, width, x));
}

/* ---- Buttons ---- */

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, Input *input)
{
  PgwSession *session = session_of (input);
  mm_object_t object;

  gtk_widget_grab_focus (GTK_WIDGET (input->canvas));
  if (session == NULL)
    return;
  if (n_press == 2 && !pgw_pane_is_timeline (pgw_pane_canvas_get_pane_type (input->canvas)))
    {
      g_signal_emit_by_name (input->canvas, "maximise");
      return;
    }
  object = object_at (input, x, y);
  /* The tabs of the buddy pane are zones: it turns to the one that is clicked. */
  if (mm_object_kind (object) == MM_OBJECT_ZONE
      && g_str_equal (pgw_pane_canvas_get_pane_type (input->canvas)->id, "buddy"))
    pgw_view_options_set_zone (pgw_view_options_get (session), mm_object_id (object));
  if (object != 0 && mm_object_kind (object) != MM_OBJECT_OP)
    pgw_session_set_selection (session, object);
}

static void
secondary_cb (GtkGestureClick *gesture, int n_press, double x, double y, Input *input)
{
  PgwSession *session = session_of (input);
  mm_object_t object = object_at (input, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (input->canvas));
  if (session != NULL && object != 0)
    pgw_session_set_selection (session, object);
  g_signal_emit_by_name (input->canvas, "menu", x, y);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, Input *input)
{
  PgwSession *session = session_of (input);

  pgw_range_drag_begin (input->ranges, x, y);
  input->start_x = x;
  input->drag_y = 0;
  input->scrubbing = shows_time (pgw_pane_canvas_get_pane_type (input->canvas));
  if (!input->scrubbing || session == NULL || pgw_session_get_state (session) == PGW_SESSION_RECORDING)
    return;
  if (pgw_session_get_state (session) == PGW_SESSION_PLAYING)
    pgw_session_pause (session);
  scrub_to (input, x);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, Input *input)
{
  if (pgw_range_drag_update (input->ranges, dx, dy))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      return;
    }
  if (input->scrubbing)
    {
      scrub_to (input, input->start_x + dx);
      return;
    }
  if (!pgw_pane_canvas_can_zoom (input->canvas) || (input->drag_y == 0 && ABS (dy) < DRAG_THRESHOLD))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pgw_pane_canvas_pan (input->canvas, input->drag_y - dy);
  input->drag_y = dy;
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, Input *input)
{
  pgw_range_drag_end (input->ranges);
}

static void
drag_cancel_cb (GtkGesture *gesture, GdkEventSequence *sequence, Input *input)
{
  pgw_range_drag_cancel (input->ranges);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, Input *input)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  PgwSession *session = session_of (input);

  if (pgw_pane_is_timeline (pgw_pane_canvas_get_pane_type (input->canvas)))
    {
      if (session != NULL && (dy != 0 || dx != 0))
        pgw_session_step (session, dy + dx > 0 ? PGW_DIRECTION_FORWARD : PGW_DIRECTION_BACKWARD);
      return TRUE;
    }
  if (!pgw_pane_canvas_can_zoom (input->canvas))
    return FALSE;
  if ((state & GDK_CONTROL_MASK) != 0)
    pgw_pane_canvas_zoom (input->canvas, dy > 0 ? 1 / PGW_FRAMES_ZOOM_STEP : PGW_FRAMES_ZOOM_STEP, input->y);
  else
    pgw_pane_canvas_pan (input->canvas, dy * SCROLL_PIXELS);
  return TRUE;
}

/* ---- Keys ---- */

/* Something to start from when a pane has no selection: what lies nearest to its top left corner. */
static mm_object_t
first_object (PgwScene *scene)
{
  const PgwItem *items, *best = NULL;
  guint n;

  items = pgw_scene_get_items (scene, &n);
  for (guint i = 0; i < n; i++)
    if (items[i].object != 0 && (best == NULL || items[i].x + items[i].y < best->x + best->y))
      best = &items[i];
  return best != NULL ? best->object : 0;
}

static gboolean
move_selection (Input *input, int dx, int dy)
{
  PgwSession *session = session_of (input);
  PgwScene *scene = pgw_pane_canvas_get_scene (input->canvas);
  double x, y, width, height;
  mm_object_t selection, next;

  if (session == NULL || scene == NULL)
    return FALSE;
  selection = pgw_session_get_selection (session);
  if (selection != 0 && pgw_scene_locate (scene, selection, &x, &y, &width, &height))
    next = pgw_scene_neighbour (scene, selection, dx, dy);
  else
    next = first_object (scene);
  if (next != 0)
    pgw_session_set_selection (session, next);
  return TRUE;
}

/* In the timeline, left and right are the window's: one step. */
static gboolean
arrow (Input *input, guint keyval)
{
  if (pgw_pane_is_timeline (pgw_pane_canvas_get_pane_type (input->canvas)))
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return move_selection (input, -1, 0);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return move_selection (input, 1, 0);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return move_selection (input, 0, -1);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return move_selection (input, 0, 1);
    default:
      return FALSE;
    }
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, Input *input)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (pgw_range_drag_key (input->ranges, keyval, modifiers))
    return TRUE;
  if (modifiers == 0 && arrow (input, keyval))
    return TRUE;
  switch (keyval)
    {
    case GDK_KEY_Menu:
      g_signal_emit_by_name (input->canvas, "menu", -1.0, -1.0);
      return TRUE;
    case GDK_KEY_F10:
      if (modifiers != GDK_SHIFT_MASK)
        return FALSE;
      g_signal_emit_by_name (input->canvas, "menu", -1.0, -1.0);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      g_signal_emit_by_name (input->canvas, "maximise");
      return TRUE;
    default:
      break;
    }
  if (!pgw_pane_canvas_can_zoom (input->canvas) || (modifiers & ~(GDK_SHIFT_MASK | GDK_CONTROL_MASK)) != 0)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      pgw_pane_canvas_zoom (input->canvas, PGW_FRAMES_ZOOM_STEP, -1);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      pgw_pane_canvas_zoom (input->canvas, 1 / PGW_FRAMES_ZOOM_STEP, -1);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      pgw_pane_canvas_zoom (input->canvas, 0, -1);
      return TRUE;
    case GDK_KEY_Page_Up:
      pgw_pane_canvas_pan (input->canvas, -0.9 * gtk_widget_get_height (GTK_WIDGET (input->canvas)));
      return TRUE;
    case GDK_KEY_Page_Down:
      pgw_pane_canvas_pan (input->canvas, 0.9 * gtk_widget_get_height (GTK_WIDGET (input->canvas)));
      return TRUE;
    default:
      return FALSE;
    }
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, Input *input)
{
  input->y = y;
  pgw_range_drag_hover (input->ranges, x, y);
}

static void
add_button (Input *input, guint button, GCallback callback)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), button);
  g_signal_connect (click, "pressed", callback, input);
  gtk_widget_add_controller (GTK_WIDGET (input->canvas), GTK_EVENT_CONTROLLER (click));
}

void
pgw_pane_input_attach (PgwPaneCanvas *canvas)
{
  Input *input = g_new0 (Input, 1);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  g_return_if_fail (PGW_IS_PANE_CANVAS (canvas));

  input->canvas = canvas;
  input->ranges = pgw_range_drag_attach (canvas);
  g_object_set_data_full (G_OBJECT (canvas), "pgw-pane-input", input, g_free);
  add_button (input, GDK_BUTTON_PRIMARY, G_CALLBACK (pressed_cb));
  add_button (input, GDK_BUTTON_SECONDARY, G_CALLBACK (secondary_cb));
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), input);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), input);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), input);
  g_signal_connect (drag, "cancel", G_CALLBACK (drag_cancel_cb), input);
  gtk_widget_add_controller (GTK_WIDGET (canvas), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), input);
  gtk_widget_add_controller (GTK_WIDGET (canvas), scroll);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), input);
  gtk_widget_add_controller (GTK_WIDGET (canvas), motion);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_pressed_cb), input);
  gtk_widget_add_controller (GTK_WIDGET (canvas), key);
}
