/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenes: pictures as data. A layout turns the state of a machine into an
 * array of items; the same array is drawn, hit-tested, tweened, exported and
 * written as text. Everything here is a pure function over (state, size,
 * options); no display is needed.
 */
#pragma once

#include <cairo.h>
#include <glib.h>
#include "mm/view.h"
#include "src/engine/pgw-narration.h"
#include "src/engine/pgw-scenario.h"
#include "src/engine/pgw-peers.h"
#include "src/engine/pgw-statistics.h"
#include "src/engine/pgw-timeline.h"

G_BEGIN_DECLS

/* Colours by meaning; the palette gives them their values. The first ones follow enum view_page_kind. */
typedef enum {
  PGW_COLOUR_PAGE_KIND,                                         /* + enum view_page_kind */
  PGW_COLOUR_MT = PGW_COLOUR_PAGE_KIND + NR_VIEW_PAGE_KINDS,    /* + enum migratetype */
  PGW_COLOUR_BACKGROUND = PGW_COLOUR_MT + VIEW_NR_MT,
  PGW_COLOUR_SURFACE,
  PGW_COLOUR_LINE,
  PGW_COLOUR_TEXT,
  PGW_COLOUR_DIM_TEXT,
  PGW_COLOUR_ACCENT,
  PGW_COLOUR_CHANGED,
  PGW_COLOUR_WARNING,
  PGW_COLOUR_ERROR,
  PGW_COLOUR_GOOD,
  PGW_N_COLOURS
} PgwColour;

typedef enum {
  PGW_SCHEME_LIGHT,
  PGW_SCHEME_DARK,
  PGW_SCHEME_HIGH_CONTRAST,
  PGW_SCHEME_HIGH_CONTRAST_DARK,
} PgwScheme;

typedef struct { double red, green, blue, alpha; } PgwRgba;
typedef struct { PgwRgba colours[PGW_N_COLOURS]; } PgwPalette;
const PgwPalette *pgw_palette_get (PgwScheme scheme);
/* Contrast of two opaque colours as WCAG 2 defines it, 1 to 21. */
double   pgw_rgba_contrast (const PgwRgba *a, const PgwRgba *b);
/* The colour a box with a label is filled with. */
PgwRgba  pgw_palette_tint  (const PgwPalette *palette, PgwColour colour);

typedef enum {
  PGW_ITEM_BOX,         /* rounded rectangle with a label */
  PGW_ITEM_TEXT,
  PGW_ITEM_LINE,        /* from (x, y) to (x + w, y + h) */
  PGW_ITEM_POLYLINE,    /* points of the scene */
  PGW_ITEM_BITMAP,      /* frame map: one pixel an element, nearest filtering */
} PgwItemKind;

/* How an item looks beyond its colour; patterns carry what colour alone must not. */
typedef enum {
  PGW_STYLE_OUTLINE  = 1 << 0,
  PGW_STYLE_HATCHED  = 1 << 1,
  PGW_STYLE_DOTTED   = 1 << 2,
  PGW_STYLE_BOLD     = 1 << 3,  /* text; line: twice as wide; box without a label: round ends */
  PGW_STYLE_MONO     = 1 << 4,
  PGW_STYLE_SELECTED = 1 << 5,
  PGW_STYLE_CHANGED  = 1 << 6,  /* this step touched it */
  PGW_STYLE_RELATED  = 1 << 7,  /* belongs to what is selected */
  PGW_STYLE_DIM      = 1 << 8,
  PGW_STYLE_ALIGN_END = 1 << 9,
  PGW_STYLE_ALIGN_CENTRE = 1 << 10,
  PGW_STYLE_WRAP     = 1 << 11,
  PGW_STYLE_SMALL    = 1 << 12,
  PGW_STYLE_TITLE    = 1 << 13,
  PGW_STYLE_SOLID    = 1 << 14, /* box in its full colour; otherwise a box with a label is tinted */
  PGW_STYLE_DASHED   = 1 << 15, /* line, polyline; border of a box: on no list just now */
} PgwStyle;

/*
 * Identities. A block of page frames is its first frame and its order,
 * wherever it is shown, so that it is seen to move between lists, to split
 * (the new blocks come out of the rectangle of the one that held them) and to
 * merge. Everything else is a furniture number of the pane.
 */
#define PGW_ITEM_ID_BLOCK(pfn, order) (1ULL << 60 | (guint64) (order) << 52 | (guint64) (pfn))
#define PGW_ITEM_ID_PART(what, n)     (2ULL << 60 | (guint64) (what) << 40 | (guint64) (n))
#define PGW_ITEM_ID_IS_BLOCK(id)      ((id) >> 60 == 1)
#define PGW_ITEM_ID_BLOCK_PFN(id)     ((id) & 0xfffffffffffffULL)
#define PGW_ITEM_ID_BLOCK_ORDER(id)   ((guint) ((id) >> 52 & 0xff))

typedef struct {
  guint64      id;      /* identity within the pane, stable from step to step; 0 = not tweened */
  mm_object_t  object;  /* what it shows; 0 = furniture, not hit */
  guint8       kind;    /* PgwItemKind */
  guint8       colour;  /* PgwColour */
  guint16      style;   /* PgwStyle bits */
  float        x, y, width, height;     /* in pixels of the scene */
  float        opacity;
  const char  *label;   /* owned by the scene; NULL if none */
  guint32      data;    /* polyline: first point; bitmap: index of the bitmap */
  guint32      n_data;  /* polyline: number of points */
} PgwItem;

typedef struct _PgwScene PgwScene;

PgwScene      *pgw_scene_new       (double width, double height);
PgwScene      *pgw_scene_ref       (PgwScene *self);
void           pgw_scene_unref     (PgwScene *self);
double         pgw_scene_get_width  (PgwScene *self);
double         pgw_scene_get_height (PgwScene *self);    /* may be more than was asked for: the pane then scrolls */
const PgwItem *pgw_scene_get_items (PgwScene *self, guint *n_items);
/* The topmost item with an object at a point, or NULL. For a bitmap, `object` receives the element hit. */
const PgwItem *pgw_scene_pick      (PgwScene *self, double x, double y, mm_object_t *object);
/* The item that shows an object, or NULL; for keyboard moves and scrolling to the selection. */
const PgwItem *pgw_scene_find      (PgwScene *self, mm_object_t object);
/* Rectangle of an object, also of one element of a bitmap or of a page inside a block. FALSE if it is not shown. */
gboolean       pgw_scene_locate    (PgwScene *self, mm_object_t object, double *x, double *y, double *width, double *height);
/* Nearest item with an object in a direction (dx, dy in -1..1) from `object`: arrow keys. */
mm_object_t    pgw_scene_neighbour (PgwScene *self, mm_object_t object, int dx, int dy);
/* One line an item, in reading order; the text twin of the picture and the form tests compare. */
char          *pgw_scene_to_text   (PgwScene *self);
void           pgw_scene_render    (PgwScene *self, cairo_t *cr, const PgwPalette *palette, double font_scale);
/* A scene between two: items matched by id, moved, faded in and out; t from 0 to 1. */
PgwScene      *pgw_scene_tween     (PgwScene *from, PgwScene *to, double t);

/*
 * PgwRenderer: what makes repainting cheap. It keeps text and boxes as
 * sprites and, for each view, the picture drawn last, in which only what
 * changed is painted again. One renderer a view; use it from one thread.
 */
typedef struct _PgwRenderer PgwRenderer;

PgwRenderer *pgw_renderer_new  (void);
void         pgw_renderer_free (PgwRenderer *self);
/*
 * Brings the renderer's picture up to the scene: `scale` device pixels to a pixel, on the palette's surface colour.
 * Owned by the renderer, flushed.
 */
cairo_surface_t *pgw_renderer_update (PgwRenderer      *self,
                                      PgwScene         *scene,
                                      const PgwPalette *palette,
                                      double            font_scale,
                                      double            scale);
/*
 * The parts of the picture, in pixels of the scene, that were painted since
 * this was last asked: what a copy of the picture must be brought up in. Free
 * with cairo_region_destroy().
 */
cairo_region_t *pgw_renderer_take_damage (PgwRenderer *self);
/* Items painted by the last update, for tests and benchmarks. */
guint        pgw_renderer_get_n_painted (PgwRenderer *self);

/* ---- Panes ---- */

/* What a pane is laid out from. */
typedef struct {
  PgwTimeline *timeline;        /* stands at the step to show */
  PgwScenario *scenario;        /* may be NULL */
  mm_object_t  selection;
  guint32      zone;            /* zone_ref() the pane is about; G_MAXUINT32 = all or the busiest */
  guint32      cpu;
  double       zoom;            /* frames pane: pixels a frame along a row; 0 = fit. Below 1 frames share a cell */
  double       pan_x, pan_y;    /* frames pane: pan_y pixels down from the top (rows keep the pane's width) */
  double       font_scale;      /* 1.0; presentation mode more */
  const char  *option;          /* /proc pane: file ("self/maps": of the task the pane is about); chart: what is drawn */
  const char  *translate;       /* "[TASK:]ADDRESS" that people typed (pgw-translation.h); NULL: what the step is about */
  PgwStatistics *statistics;    /* history for chart and timeline; NULL: the layout collects it, which takes long */
  const PgwPeer *peers;         /* compare pane: the machines side by side, all at one place of the script */
  guint        n_peers;
} PgwPaneState;

typedef struct {
  const char *id;               /* "buddy" */
  const char *title;            /* N_("Buddy allocator") */
  /* Builds the picture of the state at the timeline's position. */
  PgwScene *(*layout) (const PgwPaneState *state, double width, double height);
  /* Right-hand text of the pane's header: "free 1 672 · min 128 low 160 high 192". Free with g_free(). */
  char     *(*subtitle) (const PgwPaneState *state);
} PgwPaneType;

/* The registry, ended by NULL. */
const PgwPaneType *const *pgw_pane_types (void);
const PgwPaneType *pgw_pane_type_by_id (const char *id);

/* The task that panes are about: that of a typed address, of the selection, of the operation, or the first. 0: none. */
gint32 pgw_pane_task (const PgwPaneState *state);
/*
 * The address that panes are about: the typed one, that of the selection, or of the last access or system call of the
 * operation under way. FALSE if there is none.
 */
gboolean pgw_pane_address (const PgwPaneState *state, gint32 pid, guint64 *address);

/* What the table of the slab pane can be sorted by: PgwPaneState.option, the key for it, how a person reads it (N_()). */
typedef struct { const char *id; char key; const char *title; } PgwSlabSort;
/* All of them, ended by one without id; the first is the default. */
const PgwSlabSort *pgw_slab_sorts (void);

/* Tooltip and accessible text of an object in a pane. Free with g_free(). */
char *pgw_object_describe (const PgwPaneState *state, mm_object_t object);

/* ---- Layouts of panes ---- */

/* Where a named layout ("overview", "allocator") puts its panes, as shares of the whole. */
typedef struct {
  const char *pane;
  double      x, y, width, height;
  gboolean    each;             /* one for each of the machines that are compared, side by side in this place */
  const char *option;           /* what the pane shows here unless something else was chosen; NULL = what it likes */
} PgwLayoutCell;
typedef struct {
  const char          *id;
  const char          *title;
  const PgwLayoutCell *cells;
  const PgwLayoutCell *small;   /* where there is little room: fewer panes; NULL: the same */
  gboolean             on_demand; /* has no button: a scenario asks for it */
} PgwLayout;
const PgwLayout *const *pgw_layouts (void);
/* The cells to use in an area of so many pixels at the usual size of type, with the timeline. */
const PgwLayoutCell *pgw_layout_get_cells (const PgwLayout *layout, double width, double height);
/* Whether a layout or a pane shows several machines, so that it needs peers. */
gboolean pgw_layout_compares (const PgwLayout *layout);
gboolean pgw_pane_compares   (const PgwPaneType *type);
/* Whether it shows one machine at one step, so that there can be one beside the other. */
gboolean pgw_pane_can_be_compared (const PgwPaneType *type);
/* Title of the pane of one of several machines: "SLUB: Slab allocator". Free with g_free(). */
char    *pgw_pane_title_of   (const PgwPaneType *type, const char *machine);

/* ---- Export ---- */

typedef struct {
  const char *pane;             /* or NULL */
  const char *layout;           /* or NULL */
  guint64     from, to;         /* steps; equal for a still */
  int         width, height;
  PgwScheme   scheme;
  double      font_scale;
  double      frames_per_second; /* 0 = 25 */
  double      steps_per_second; /* animations; 0 = by the number of steps, so that it lasts half a minute at most */
  mm_object_t selection;
  guint32     zone;
  GArray     *peers;            /* of PgwPeer, recorded, where machines are compared; they are moved along. Or NULL */
  const char *each;             /* pane that stands for each machine in the layout Compare; NULL: as the layout has it */
  const char *translate;        /* as in PgwPaneState; or NULL */
  const char *option;           /* likewise; NULL = what the layout suggests */
  GHashTable *pane_options;     /* likewise, of char * by the identifier of a pane, for what is said of no pane; or NULL */
} PgwExportOptions;

/*
 * Writes a picture (.png .svg .pdf) or an animation (.webp .gif; .webm .mp4
 * through ffmpeg), by the file name's ending, atomically: the file is as
 * before on error. A PDF of several steps has a page for each. `progress` may
 * be NULL; returning FALSE from it cancels (G_IO_ERROR_CANCELLED). The
 * timeline's position is the same afterwards.
 */
gboolean pgw_export (PgwTimeline            *timeline,
                     PgwScenario            *scenario,
                     const PgwExportOptions *options,
                     const char             *filename,
                     gboolean              (*progress) (double done, gpointer data),
                     gpointer                data,
                     GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwScene, pgw_scene_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwRenderer, pgw_renderer_free)

G_END_DECLS
