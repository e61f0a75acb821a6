/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What layouts build scenes with, and what the renderer reads them by. Not
 * for use outside src/scene/.
 */
#pragma once

#include <pango/pangocairo.h>

#include "pgw-scene.h"

G_BEGIN_DECLS

/* ---- Bitmaps: maps of page frames, a byte a cell ---- */

#define PGW_CELL_KIND        0x0f       /* enum view_page_kind */
#define PGW_CELL_JOIN_RIGHT  0x10       /* the cell to the right belongs to the same block */
#define PGW_CELL_JOIN_DOWN   0x20       /* so does the one below */
#define PGW_CELL_DIM         0x40       /* outside of what is selected */

typedef struct {
  guint64 first_pfn;            /* of cells[0] */
  guint64 n_frames;             /* shown by the cells */
  guint32 frames_per_cell;
  guint32 columns;
  guint32 n_cells;
  float   pitch;                /* from one cell to the next in a row, pixels; whole */
  float   pitch_y;              /* from one row to the next; whole */
  float   gap;                  /* part of it that stays free */
  guint8 *cells;
  guint64 hash;
} PgwBitmap;

typedef struct { float x, y; } PgwPoint;

struct _PgwScene
{
  gatomicrefcount ref_count;
  double          width, height;
  double          font_scale;
  GArray         *items;        /* PgwItem */
  GArray         *points;       /* PgwPoint */
  GPtrArray      *bitmaps;      /* PgwBitmap */
  GStringChunk   *labels;
  GString        *text;         /* the text twin */
  GHashTable     *by_object;    /* made when first asked for: object -> item index + 1 */
  PgwScene       *to;           /* of a tween: where it goes; it borrows points and bitmaps of that */
};

/* Rectangle that a layout fills. */
typedef struct { double x, y, width, height; } PgwRect;

/* ---- Building ---- */

/* Adds an item; the pointer is good until the next one is added. */
PgwItem *pgw_scene_add        (PgwScene    *self,
                               PgwItemKind  kind,
                               guint64      id,
                               mm_object_t  object,
                               PgwColour    colour,
                               guint        style,
                               double       x,
                               double       y,
                               double       width,
                               double       height,
                               const char  *label);
/*
 * Adds text in the line box that starts at (x, y) and is at most `max_width`
 * wide. The item is as wide as the text, or ellipsised; nothing is added
 * (NULL) where not even a few letters have room. With ALIGN_END or
 * ALIGN_CENTRE it stands at the end or middle of the space.
 */
PgwItem *pgw_scene_add_text   (PgwScene    *self,
                               guint64      id,
                               mm_object_t  object,
                               PgwColour    colour,
                               guint        style,
                               double       x,
                               double       y,
                               double       max_width,
                               const char  *label);
PgwItem *pgw_scene_add_line   (PgwScene *self, guint64 id, PgwColour colour, guint style,
                               double x1, double y1, double x2, double y2);
PgwItem *pgw_scene_add_polyline (PgwScene *self, guint64 id, PgwColour colour, guint style,
                                 const PgwPoint *points, guint n_points);
/* Takes the bitmap and its cells. */
PgwItem *pgw_scene_add_bitmap (PgwScene *self, guint64 id, double x, double y, PgwBitmap *bitmap);
/* A row of the text twin. */
void     pgw_scene_say        (PgwScene *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Makes the scene at least this high. */
void     pgw_scene_grow       (PgwScene *self, double height);

const PgwPoint  *pgw_scene_get_points (PgwScene *self, const PgwItem *item);
const PgwBitmap *pgw_scene_get_bitmap (PgwScene *self, const PgwItem *item);

/* ---- Type ---- */

#define PGW_FONT_STYLES (PGW_STYLE_BOLD | PGW_STYLE_MONO | PGW_STYLE_SMALL | PGW_STYLE_TITLE)

double       pgw_type_size        (guint style, double font_scale);       /* pixels */
double       pgw_type_line_height (guint style, double font_scale);
double       pgw_type_width       (const char *text, guint style, double font_scale);
/* Height of text wrapped to a width. */
double       pgw_type_wrapped_height (const char *text, guint style, double font_scale, double width);
PangoLayout *pgw_type_layout      (PangoContext *context, const char *text, guint style, double font_scale);
/* A context that measures and draws alike on every surface. */
PangoContext *pgw_type_context_new (void);

/* ---- Drawing ---- */

/* Draws the items whose index is set in `wanted` (NULL: all), with sprites of `renderer` unless it is NULL. */
void pgw_paint_scene (PgwScene         *scene,
                      cairo_t          *cr,
                      const PgwPalette *palette,
                      double            font_scale,
                      PgwRenderer      *renderer,
                      const guint8     *wanted);
/* Draws one box, text, line ... without sprites. */
void pgw_paint_box   (cairo_t *cr, const PgwPalette *palette, const PgwItem *item, double font_scale);
void pgw_paint_text  (cairo_t *cr, PangoContext *context, const PgwPalette *palette, const PgwItem *item,
                      double font_scale);
void pgw_paint_line  (cairo_t *cr, const PgwPalette *palette, const PgwItem *item, const PgwPoint *points,
                      double font_scale);
void pgw_paint_bitmap (cairo_t *cr, const PgwPalette *palette, const PgwItem *item, const PgwBitmap *bitmap);
/* The colour an item's label has. */
PgwRgba pgw_paint_label_colour (const PgwPalette *palette, const PgwItem *item);
/* How far an item's drawing reaches beyond its rectangle. */
double  pgw_paint_overhang (const PgwItem *item, double font_scale);

/* The renderer's part: FALSE where it has no sprite for it and the caller must draw. */
gboolean pgw_renderer_paint_box  (PgwRenderer *self, cairo_t *cr, const PgwPalette *palette, const PgwItem *item,
                                  double font_scale);
gboolean pgw_renderer_paint_text (PgwRenderer *self, cairo_t *cr, const PgwPalette *palette, const PgwItem *item,
                                  double font_scale);

G_END_DECLS
