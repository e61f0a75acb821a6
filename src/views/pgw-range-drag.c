/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A range being chosen: its state, its keys, how it is drawn and what comes of
 * it. What lies where is pgw-space-range.c's.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-pane-input.h"
#include "pgw-range-drag.h"
#include "src/scene/pgw-space-range.h"

#define THRESHOLD       4.0
#define CELLS_AT_ONCE   8       /* with Shift */

struct _PgwRangeDrag {
  PgwPaneCanvas *canvas;
  PgwSpaceRange  range;         /* NONE: nothing is being chosen */
  gboolean       active;        /* it is more than a press of the button */
  GtkWidget     *menu;          /* what can be done with some pages; made when first needed */
};

static PgwRangeDrag *
drag_of (PgwPaneCanvas *canvas)
{
  return g_object_get_data (G_OBJECT (canvas), "pgw-range-drag");
}

static gboolean
shows_addresses (PgwRangeDrag *self)
{
  const PgwPaneType *type = pgw_pane_canvas_get_pane_type (self->canvas);

  return type != NULL && g_str_equal (type->id, "space");
}

/* The scene and machine at which something can be chosen; FALSE where nothing can. */
static gboolean
find_scene (PgwRangeDrag *self, PgwScene **scene, PgwPaneState *state)
{
  *scene = shows_addresses (self) ? pgw_pane_canvas_get_scene (self->canvas) : NULL;
  return *scene != NULL && pgw_pane_canvas_get_state (self->canvas, state);
}

static void
tell (PgwRangeDrag *self)
{
  g_autofree char *text = pgw_space_range_text (&self->range);

  if (self->range.kind != PGW_RANGE_NONE)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* ---- What comes of it ---- */

/* "OPERATION TASK ADDRESS LENGTH NEW-LENGTH", as pgw_memory_bar_show() reads it. */
static char *
proposal (const PgwSpaceRange *range, const char *op)
{
  const guint64 old_end = range->kind == PGW_RANGE_END ? range->old_end : range->end;

  return g_strdup_printf ("%s %d 0x%" G_GINT64_MODIFIER "x %" G_GUINT64_FORMAT "K %" G_GUINT64_FORMAT "K", op, range->pid,
                          range->start, (old_end - range->start) >> 10, (range->end - range->start) >> 10);
}

static void
propose (PgwRangeDrag *self, const char *op)
{
  g_autofree char *text = proposal (&self->range, op);

  pgw_range_drag_cancel (self);
  gtk_widget_activate_action (GTK_WIDGET (self->canvas), "win.memory-operation", "s", text);
}

static void
menu_closed_cb (PgwRangeDrag *self)
{
  pgw_range_drag_cancel (self);
}

static void
show_menu (PgwRangeDrag *self)
{
  static const struct { const char *label; const char *op; } items[] = {
    { N_("_Unmap…"), "munmap" },
    { N_("Change the _Protection…"), "mprotect" },
    { N_("Give _Advice…"), "madvise" },
    { N_("_Lock in Memory…"), "mlock" },
  };
  g_autoptr (GMenu) menu = g_menu_new ();
  double left, top, x, width;

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(items[i].label), NULL);
      g_autofree char *text = proposal (&self->range, items[i].op);

      g_menu_item_set_action_and_target (item, "win.memory-operation", "s", text);
      g_menu_append_item (menu, item);
    }
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self->canvas));
      g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (menu_closed_cb), self);
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), G_MENU_MODEL (menu));
  pgw_pane_canvas_get_scroll (self->canvas, &left, &top);
  pgw_space_range_area (&self->range, &x, &width);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { x + width / 2 - left, self->range.y - top, 1, self->range.height });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
finish (PgwRangeDrag *self)
{
  self->active = FALSE;
  switch (self->range.kind)
    {
    case PGW_RANGE_GAP:
      propose (self, "mmap");
      break;
    case PGW_RANGE_PAGES:
      show_menu (self);
      break;
    case PGW_RANGE_END:
      if (self->range.end != self->range.old_end)
        propose (self, "mremap");
      else
        pgw_range_drag_cancel (self);
      break;
    case PGW_RANGE_NONE:
    default:
      break;
    }
}

/* ---- Pointer ---- */

void
pgw_range_drag_begin (PgwRangeDrag *self, double x, double y)
{
  PgwPaneState state;
  PgwScene *scene;
  double left, top;

  self->active = FALSE;
  self->range.kind = PGW_RANGE_NONE;
  if (!find_scene (self, &scene, &state))
    return;
  pgw_pane_canvas_get_scroll (self->canvas, &left, &top);
  pgw_space_range_begin (scene, pgw_timeline_get_machine (state.timeline), x + left, y + top, &self->range);
}

gboolean
pgw_range_drag_update (PgwRangeDrag *self, double dx, double dy)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self->canvas));

  if (self->range.kind == PGW_RANGE_NONE || (!self->active && ABS (dx) < THRESHOLD))
    return FALSE;
  /* What is chosen from must stay where it is. */
  if (!self->active && session != NULL && pgw_session_get_state (session) == PGW_SESSION_PLAYING)
    pgw_session_pause (session);
  self->active = TRUE;
  pgw_space_range_move (&self->range, self->range.begun + dx);
  tell (self);
  return TRUE;
}

void
pgw_range_drag_end (PgwRangeDrag *self)
{
  if (self->active)
    finish (self);
  else
    self->range.kind = PGW_RANGE_NONE;
}

void
pgw_range_drag_cancel (PgwRangeDrag *self)
{
  if (self->range.kind == PGW_RANGE_NONE)
    return;
  self->active = FALSE;
  self->range.kind = PGW_RANGE_NONE;
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

void
pgw_range_drag_forget (PgwPaneCanvas *canvas)
{
  PgwRangeDrag *self = drag_of (canvas);

  if (self == NULL || self->range.kind == PGW_RANGE_NONE)
    return;
  if (self->menu != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->menu));
  pgw_range_drag_cancel (self);
}

void
pgw_range_drag_hover (PgwRangeDrag *self, double x, double y)
{
  PgwSpaceRange here;
  PgwPaneState state;
  PgwScene *scene;
  double left, top;

  if (self->active || !find_scene (self, &scene, &state))
    return;
  pgw_pane_canvas_get_scroll (self->canvas, &left, &top);
  pgw_space_range_begin (scene, pgw_timeline_get_machine (state.timeline), x + left, y + top, &here);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->canvas), here.kind == PGW_RANGE_END   ? "ew-resize"
                                                              : here.kind != PGW_RANGE_NONE ? "cell"
                                                                                            : NULL);
}

/* ---- Keys ---- */

static gboolean
begin_by_key (PgwRangeDrag *self, gboolean end)
{
  PgwPaneState state;
  PgwScene *scene;

  if (!find_scene (self, &scene, &state)
      || !pgw_space_range_of (scene, pgw_timeline_get_machine (state.timeline), pgw_pane_task (&state), state.selection,
                              end, &self->range))
    {
      self->range.kind = PGW_RANGE_NONE;
      return FALSE;
    }
  self->active = TRUE;
  tell (self);
  return TRUE;
}

static void
extend (PgwRangeDrag *self, int cells)
{
  pgw_space_range_extend (&self->range, cells);
  tell (self);
}

gboolean
pgw_range_drag_key (PgwRangeDrag *self, guint keyval, GdkModifierType modifiers)
{
  int cells = (modifiers & GDK_SHIFT_MASK) != 0 ? CELLS_AT_ONCE : 1;

  if ((modifiers & ~GDK_SHIFT_MASK) != 0)
    return FALSE;
  if (!self->active)
    return (keyval == GDK_KEY_m || keyval == GDK_KEY_M) && begin_by_key (self, keyval == GDK_KEY_M);
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      extend (self, -cells);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      extend (self, cells);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      finish (self);
      return TRUE;
    case GDK_KEY_Escape:
      pgw_range_drag_cancel (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* ---- Picture ---- */

static GdkRGBA
rgba_of (PgwRgba colour, double alpha)
{
  return (GdkRGBA) { colour.red, colour.green, colour.blue, alpha };
}

/* Above the range, and within the canvas whatever its length. */
static void
draw_text (PgwRangeDrag *self, GtkSnapshot *snapshot, const PgwPalette *palette, double x, double y)
{
  g_autofree char *text = pgw_space_range_text (&self->range);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->canvas), text);
  const GdkRGBA surface = rgba_of (palette->colours[PGW_COLOUR_SURFACE], 1);
  const GdkRGBA ink = rgba_of (palette->colours[PGW_COLOUR_TEXT], 1), accent = rgba_of (palette->colours[PGW_COLOUR_ACCENT], 1);
  int width, height, most = gtk_widget_get_width (GTK_WIDGET (self->canvas));
  GskRoundedRect outline;

  pango_layout_get_pixel_size (layout, &width, &height);
  x = CLAMP (x, 2, MAX (2, most - width - 14));
  y = y - height - 10 < 0 ? y + self->range.height + 4 : y - height - 10;
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (x, y, width + 12, height + 6), 4);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &surface, &outline.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1, 1, 1, 1 },
                              (GdkRGBA[4]) { accent, accent, accent, accent });
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + 6, y + 3));
  gtk_snapshot_append_layout (snapshot, layout, &ink);
  gtk_snapshot_restore (snapshot);
}

void
pgw_range_drag_snapshot (PgwPaneCanvas *canvas, GtkSnapshot *snapshot, const PgwPalette *palette)
{
  PgwRangeDrag *self = drag_of (canvas);
  double left, top, x, width, most = gtk_widget_get_width (GTK_WIDGET (canvas));
  GskRoundedRect outline;
  GdkRGBA fill, edge;

  if (self == NULL || self->range.kind == PGW_RANGE_NONE || (!self->active && (self->menu == NULL || !gtk_widget_get_visible (self->menu))))
    return;
  pgw_pane_canvas_get_scroll (canvas, &left, &top);
  pgw_space_range_area (&self->range, &x, &width);
  /* A VMA may grow beyond what the pane has room for. */
  width = MIN (width, MAX (most - (x - left), 4));
  fill = rgba_of (palette->colours[PGW_COLOUR_ACCENT], 0.3);
  edge = rgba_of (palette->colours[PGW_COLOUR_ACCENT], 1);
  gsk_rounded_rect_init_from_rect (&outline,
                                   &GRAPHENE_RECT_INIT (x - left - 1, self->range.y - top - 2, width + 1,
                                                        self->range.height + 4), 2);
  gtk_snapshot_append_color (snapshot, &fill, &outline.bounds);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 }, (GdkRGBA[4]) { edge, edge, edge, edge });
  draw_text (self, snapshot, palette, x - left, self->range.y - top);
}

/* ---- Life ---- */

static void
unparent_cb (PgwRangeDrag *self)
{
  g_clear_pointer (&self->menu, gtk_widget_unparent);
}

PgwRangeDrag *
pgw_range_drag_attach (PgwPaneCanvas *canvas)
{
  PgwRangeDrag *self = g_new0 (PgwRangeDrag, 1);

  self->canvas = canvas;
  g_object_set_data_full (G_OBJECT (canvas), "pgw-range-drag", self, g_free);
  g_signal_connect_swapped (canvas, "unrealize", G_CALLBACK (unparent_cb), self);
  return self;
}
