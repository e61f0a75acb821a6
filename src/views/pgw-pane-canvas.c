/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The picture of a pane: scene, renderer and the way between two scenes
 * (pgw-scene-way.c). Scrolling is done here (GtkScrollable), so that a scene
 * may be higher than the pane.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pgw-pane-canvas.h"
#include "pgw-pane-input.h"
#include "pgw-picture.h"
#include "pgw-range-drag.h"
#include "pgw-scene-way.h"
#include "pgw-view-options.h"
#include "src/scene/pgw-frames.h"

#define TWEEN_USEC      260000
#define QUICK_MOVES     120000  /* moves closer than this are not animated */
#define DESCRIBE_USEC   250000  /* between two descriptions while it plays */
#define MIN_ZOOM        (1.0 / 4096)
#define MAX_ZOOM        64.0

struct _PgwPaneCanvas {
  PgwSection         parent_instance;

  const PgwPaneType *type;
  char              *option;
  PgwViewOptions    *options;
  gulong             options_id;

  PgwSceneWay        way;               /* to the scene of the step */
  PgwPicture        *picture;
  gint64             moved_at;
  gint64             described_at;      /* when assistive technologies were told last */
  int                laid_out_width;    /* size the scene was made for */
  int                laid_out_height;

  double             zoom;
  double             pan_x, pan_y;
  GtkAdjustment     *hadjustment;
  GtkAdjustment     *vadjustment;
};

enum {
  PROP_0,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum { MAXIMISE, MENU, N_SIGNALS };

G_DEFINE_FINAL_TYPE_WITH_CODE (PgwPaneCanvas, pgw_pane_canvas, PGW_TYPE_SECTION,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static guint signals[N_SIGNALS];

static PgwScheme
current_scheme (void)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);

  if (adw_style_manager_get_high_contrast (style))
    return dark ? PGW_SCHEME_HIGH_CONTRAST_DARK : PGW_SCHEME_HIGH_CONTRAST;
  return dark ? PGW_SCHEME_DARK : PGW_SCHEME_LIGHT;
}

static gboolean
animations_enabled (PgwPaneCanvas *self)
{
  gboolean enabled = TRUE;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &enabled, NULL);
  return enabled;
}

/* ---- The way from one scene to the next ---- */

/* How long the way to the new scene may take; 0 = go there at once. */
static gint64
tween_duration (PgwPaneCanvas *self, PgwSession *session, PgwSectionChanges changes)
{
  gint64 now = g_get_monotonic_time ();
  gint64 since = now - self->moved_at;

  if ((changes & PGW_SECTION_POSITION) == 0)
    return 0;
  self->moved_at = now;
  if (self->way.scene == NULL || (changes & (PGW_SECTION_LOOK | PGW_SECTION_SESSION)) != 0
      || !animations_enabled (self) || pgw_pane_is_timeline (self->type))
    return 0;
  if (pgw_session_get_state (session) == PGW_SESSION_PLAYING)
    {
      double usec = 0.8 * G_USEC_PER_SEC / pgw_session_get_speed (session);

      return usec < 40000 ? 0 : (gint64) MIN (usec, TWEEN_USEC);
    }
  return pgw_session_get_state (session) == PGW_SESSION_STOPPED && since > QUICK_MOVES ? TWEEN_USEC : 0;
}

/* ---- Scrolling ---- */

static void
configure_adjustment (GtkAdjustment *adjustment, double extent, double page)
{
  if (adjustment == NULL)
    return;
  gtk_adjustment_configure (adjustment, CLAMP (gtk_adjustment_get_value (adjustment), 0, MAX (0, extent - page)), 0,
                            MAX (extent, page), page * 0.1, page * 0.9, page);
}

static void
configure_scrolling (PgwPaneCanvas *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  configure_adjustment (self->hadjustment, self->way.scene != NULL ? pgw_scene_get_width (self->way.scene) : width, width);
  configure_adjustment (self->vadjustment, self->way.scene != NULL ? pgw_scene_get_height (self->way.scene) : height, height);
}

static double
scroll_offset (PgwPaneCanvas *self)
{
  return self->vadjustment != NULL ? floor (gtk_adjustment_get_value (self->vadjustment)) : 0;
}

static double
scroll_offset_x (PgwPaneCanvas *self)
{
  return self->hadjustment != NULL ? floor (gtk_adjustment_get_value (self->hadjustment)) : 0;
}

static void
set_adjustment (PgwPaneCanvas *self, GtkAdjustment **place, GtkAdjustment *adjustment)
{
  if (adjustment == *place && adjustment != NULL)
    return;
  if (*place != NULL)
    g_signal_handlers_disconnect_by_func (*place, gtk_widget_queue_draw, self);
  g_clear_object (place);
  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  *place = g_object_ref_sink (adjustment);
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self);
  configure_scrolling (self);
}

/* ---- Updates ---- */

static void
update_accessible (PgwPaneCanvas *self, const PgwPaneState *state)
{
  g_autofree char *subtitle = self->type->subtitle != NULL ? self->type->subtitle (state) : NULL;
  g_autofree char *object = NULL;
  g_autofree char *text = NULL;

  if (state->selection != 0 && pgw_scene_find (self->way.scene, state->selection) != NULL)
    object = pgw_object_describe (state, state->selection);
  text = g_strjoin (object != NULL && subtitle != NULL ? ". " : "", object != NULL ? object : "",
                    subtitle != NULL ? subtitle : "", NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
scroll_to_selection (PgwPaneCanvas *self, mm_object_t selection)
{
  double x, y, width, height, top;
  double page = gtk_widget_get_height (GTK_WIDGET (self));

  if (self->vadjustment == NULL || selection == 0
      || !pgw_scene_locate (self->way.scene, selection, &x, &y, &width, &height))
    return;
  top = gtk_adjustment_get_value (self->vadjustment);
  if (y < top)
    gtk_adjustment_set_value (self->vadjustment, y - 8);
  else if (y + height > top + page)
    gtk_adjustment_set_value (self->vadjustment, y + height - page + 8);
}

static void
options_changed_cb (PgwPaneCanvas *self)
{
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

static void
take_options (PgwPaneCanvas *self, PgwSession *session)
{
  PgwViewOptions *options = session != NULL ? pgw_view_options_get (session) : NULL;

  if (options == self->options)
    return;
  if (self->options != NULL)
    g_clear_signal_handler (&self->options_id, self->options);
  g_set_object (&self->options, options);
  if (options != NULL)
    self->options_id = g_signal_connect_object (options, "changed", G_CALLBACK (options_changed_cb), self,
                                                G_CONNECT_SWAPPED);
}

static void
pgw_pane_canvas_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (section);
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  PgwPaneState state;

  take_options (self, session);
  /* A range was chosen in the picture before. */
  if ((changes & (PGW_SECTION_POSITION | PGW_SECTION_LOOK | PGW_SECTION_SESSION)) != 0)
    pgw_range_drag_forget (self);
  if ((changes & PGW_SECTION_SESSION) != 0)
    {
      self->zoom = 0;
      self->pan_x = self->pan_y = 0;
    }
  if (width < 2 || height < 2)
    return;
  if (!pgw_pane_canvas_get_state (self, &state))
    {
      pgw_scene_way_take (&self->way, NULL, 0);
      return;
    }
  self->laid_out_width = width;
  self->laid_out_height = height;
  pgw_scene_way_take (&self->way, self->type->layout (&state, width, height), tween_duration (self, session, changes));
  configure_scrolling (self);
  if ((changes & PGW_SECTION_SELECTION) != 0)
    scroll_to_selection (self, state.selection);
  if (pgw_session_get_state (session) != PGW_SESSION_PLAYING
      || g_get_monotonic_time () - self->described_at > DESCRIBE_USEC)
    {
      self->described_at = g_get_monotonic_time ();
      update_accessible (self, &state);
    }
}

static void
look_changed_cb (PgwPaneCanvas *self)
{
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- Widget ---- */

static void
pgw_pane_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  double font_scale = self->options != NULL ? pgw_view_options_get_font_scale (self->options) : 1.0;

  if (self->way.shown == NULL)
    return;
  pgw_picture_snapshot (self->picture, snapshot, self->way.shown, pgw_palette_get (current_scheme ()), font_scale,
                        gtk_widget_get_scale_factor (widget),
                        &(GdkRectangle) { scroll_offset_x (self), scroll_offset (self), width, height });
  pgw_range_drag_snapshot (self, snapshot, pgw_palette_get (current_scheme ()));
}

static void
pgw_pane_canvas_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  *minimum = 0;
  *natural = 120;
  *minimum_baseline = *natural_baseline = -1;
}

static void
pgw_pane_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child))
      gtk_popover_present (GTK_POPOVER (child));
  configure_scrolling (self);
  if (self->laid_out_width != width || self->laid_out_height != height)
    pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

static gboolean
pgw_pane_canvas_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (widget);
  g_autofree char *text = NULL;
  mm_object_t object = 0;
  PgwPaneState state;
  const PgwItem *item;

  if (self->way.scene == NULL || !pgw_pane_canvas_get_state (self, &state))
    return FALSE;
  if (keyboard)
    object = state.selection;
  else
    {
      item = pgw_scene_pick (self->way.scene, x + scroll_offset_x (self), y + scroll_offset (self), &object);
      if (item != NULL && object == 0)
        object = item->object;
    }
  if (object == 0)
    return FALSE;
  text = pgw_object_describe (&state, object);
  if (text == NULL || *text == '\0')
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
pgw_pane_canvas_unmap (GtkWidget *widget)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (widget);

  pgw_scene_way_end (&self->way);
  GTK_WIDGET_CLASS (pgw_pane_canvas_parent_class)->unmap (widget);
}

static void
pgw_pane_canvas_dispose (GObject *object)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (object);

  pgw_scene_way_clear (&self->way);
  if (self->options != NULL)
    g_clear_signal_handler (&self->options_id, self->options);
  g_clear_object (&self->options);
  if (self->hadjustment != NULL)
    g_signal_handlers_disconnect_by_func (self->hadjustment, gtk_widget_queue_draw, self);
  if (self->vadjustment != NULL)
    g_signal_handlers_disconnect_by_func (self->vadjustment, gtk_widget_queue_draw, self);
  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  g_clear_pointer (&self->picture, pgw_picture_free);
  g_clear_pointer (&self->option, g_free);
  G_OBJECT_CLASS (pgw_pane_canvas_parent_class)->dispose (object);
}

static void
pgw_pane_canvas_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, GTK_SCROLL_MINIMUM);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_pane_canvas_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  PgwPaneCanvas *self = PGW_PANE_CANVAS (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_pane_canvas_class_init (PgwPaneCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pgw_pane_canvas_dispose;
  object_class->get_property = pgw_pane_canvas_get_property;
  object_class->set_property = pgw_pane_canvas_set_property;
  widget_class->snapshot = pgw_pane_canvas_snapshot;
  widget_class->measure = pgw_pane_canvas_measure;
  widget_class->size_allocate = pgw_pane_canvas_size_allocate;
  widget_class->query_tooltip = pgw_pane_canvas_query_tooltip;
  widget_class->unmap = pgw_pane_canvas_unmap;
  PGW_SECTION_CLASS (klass)->update = pgw_pane_canvas_update;
  PGW_SECTION_CLASS (klass)->is_picture = TRUE;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[MAXIMISE] = g_signal_new ("maximise", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  signals[MENU] = g_signal_new ("menu", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);

  gtk_widget_class_set_css_name (widget_class, "panecanvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pgw_pane_canvas_init (PgwPaneCanvas *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->way.widget = GTK_WIDGET (self);
  self->picture = pgw_picture_new ();
  /* The bin's layout manager would measure and allocate in place of this class. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (look_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (look_changed_cb), self, G_CONNECT_SWAPPED);
  pgw_pane_input_attach (self);
}

GtkWidget *
pgw_pane_canvas_new (void)
{
  return g_object_new (PGW_TYPE_PANE_CANVAS, NULL);
}

const PgwPaneType *
pgw_pane_canvas_get_pane_type (PgwPaneCanvas *self)
{
  g_return_val_if_fail (PGW_IS_PANE_CANVAS (self), NULL);

  return self->type;
}

void
pgw_pane_canvas_set_pane_type (PgwPaneCanvas *self, const PgwPaneType *type)
{
  g_return_if_fail (PGW_IS_PANE_CANVAS (self));

  if (self->type == type)
    return;
  self->type = type;
  if (type != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _(type->title), -1);
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

const char *
pgw_pane_canvas_get_option (PgwPaneCanvas *self)
{
  g_return_val_if_fail (PGW_IS_PANE_CANVAS (self), NULL);

  return self->option;
}

void
pgw_pane_canvas_set_option (PgwPaneCanvas *self, const char *option)
{
  g_return_if_fail (PGW_IS_PANE_CANVAS (self));

  if (g_strcmp0 (self->option, option) == 0)
    return;
  g_free (self->option);
  self->option = g_strdup (option);
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

gboolean
pgw_pane_canvas_get_state (PgwPaneCanvas *self, PgwPaneState *state)
{
  PgwSession *session;

  g_return_val_if_fail (PGW_IS_PANE_CANVAS (self), FALSE);

  memset (state, 0, sizeof *state);
  session = pgw_section_get_session (PGW_SECTION (self));
  if (session == NULL || self->type == NULL || pgw_session_get_timeline (session) == NULL)
    return FALSE;
  pgw_view_options_fill (pgw_view_options_get (session), state);
  state->zoom = self->zoom;
  state->pan_x = self->pan_x;
  state->pan_y = self->pan_y;
  state->option = self->option;
  return TRUE;
}

PgwScene *
pgw_pane_canvas_get_scene (PgwPaneCanvas *self)
{
  g_return_val_if_fail (PGW_IS_PANE_CANVAS (self), NULL);

  return self->way.scene;
}

gboolean
pgw_pane_canvas_can_zoom (PgwPaneCanvas *self)
{
  g_return_val_if_fail (PGW_IS_PANE_CANVAS (self), FALSE);

  return self->type != NULL && g_str_equal (self->type->id, "frames");
}

/* The map must not be pushed out of its pane. */
static void
clamp_pan (PgwPaneCanvas *self, double width, double height)
{
  PgwPaneState state;
  double content, page;

  if (!pgw_pane_canvas_get_state (self, &state))
    return;
  content = pgw_frames_pane_content_height (&state, width, height, &page);
  self->pan_y = CLAMP (self->pan_y, 0, MAX (0, content - page));
}

void
pgw_pane_canvas_zoom (PgwPaneCanvas *self, double factor, double y)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  mm_object_t object = 0;
  PgwPaneState state;

  g_return_if_fail (PGW_IS_PANE_CANVAS (self));

  if (!pgw_pane_canvas_can_zoom (self) || !pgw_pane_canvas_get_state (self, &state) || self->way.scene == NULL)
    return;
  if (factor <= 0)
    self->zoom = self->pan_y = 0;
  else
    {
      y = y < 0 ? height / 2 : y;
      for (double x = width / 2; x > 0 && mm_object_kind (object) != MM_OBJECT_PAGE; x -= width / 8)
        pgw_scene_pick (self->way.scene, x, y, &object);
      self->zoom = CLAMP (pgw_frames_pane_get_zoom (&state, width, height) * factor, MIN_ZOOM, MAX_ZOOM);
      state.zoom = self->zoom;
      if (mm_object_kind (object) == MM_OBJECT_PAGE)
        self->pan_y = pgw_frames_pane_pan_to (&state, width, height, mm_object_id (object), y);
      clamp_pan (self, width, height);
    }
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

void
pgw_pane_canvas_pan (PgwPaneCanvas *self, double dy)
{
  g_return_if_fail (PGW_IS_PANE_CANVAS (self));

  self->pan_y += dy;
  clamp_pan (self, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

void
pgw_pane_canvas_get_scroll (PgwPaneCanvas *self, double *x, double *y)
{
  g_return_if_fail (PGW_IS_PANE_CANVAS (self));

  *x = scroll_offset_x (self);
  *y = scroll_offset (self);
}

gboolean
pgw_pane_canvas_is_animating (PgwPaneCanvas *self)
{
  g_return_val_if_fail (PGW_IS_PANE_CANVAS (self), FALSE);

  return self->way.tween_id != 0;
}
