/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the panes share: which zone a pane is about, what the current event
 * and the selection mark, how migrate types and numbers look.
 */
#pragma once

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-scene-private.h"

G_BEGIN_DECLS

#define PGW_MAX_ZONES (MAX_NUMNODES * VIEW_NR_ZONES)

/* Kinds of furniture, for PGW_ITEM_ID_PART(). */
enum {
  PART_ZONE = 1,
  PART_ROW,
  PART_ROW_LABEL,
  PART_ROW_SIZE,
  PART_ROW_COUNT,
  PART_ROW_MORE,
  PART_CPU,
  PART_CPU_CELL,
  PART_CPU_LABEL,
  PART_CPU_COUNT,
  PART_CPU_LIST,
  PART_CPU_ROOM,
  PART_WMARK_BAR,
  PART_WMARK_FREE,
  PART_WMARK_BOOST,
  PART_WMARK_TICK,
  PART_WMARK_LABEL,
  PART_LEGEND,
  PART_NOTE,
  PART_MAP,
  PART_MAP_LABEL,
  PART_MAP_MARK,
  PART_MAP_FRAME,
  PART_MAP_SCANNER,
  PART_POLICY,
  PART_LINE,
  PART_LINE_LABEL,
  PART_CURVE,
  PART_CURSOR,
  PART_OP,
  PART_LANE,
  PART_LANE_MARK,
  PART_TASK,
  PART_VMA,
  PART_VMA_BAR,
  PART_VMA_LABEL,
  PART_VMA_UFFD,
  PART_VMA_CELL,
  PART_VMA_GAP,
  PART_NODE,
  PART_NODE_LINK,
  PART_REGION,
  PART_ENTRY,
  PART_ENTRY_LINK,
  PART_INDEX,
  PART_TLB,
  PART_CACHE,
  PART_CACHE_BAR,
  PART_CACHE_LABEL,
  PART_STACK_LABEL,
  PART_STACK_ROOM,
  PART_LIST_LABEL,
  PART_SLAB,
  PART_SLAB_COLOUR,
  PART_SLAB_SHARE,
  PART_OBJECT,
  PART_OBJECT_PLACE,
  PART_FIGURE,
  PART_FIGURE_BAR,
  PART_MACHINE,
  /* Reclaim */
  PART_LRU_LABEL,
  PART_LRU_FOLD,
  PART_LRU_SHARE,
  PART_LRU_TARGET,
  PART_LRU_END,
  PART_SCAN,
  PART_SCAN_STEP,
  PART_ISOLATED,
  PART_BATCH,
  PART_SWAP_DEVICE,
  PART_SWAP_SLOT,
  PART_SWAP_FOLD,
  PART_DIRTY_FILE,
  PART_DIRTY_BAR,
  PART_OOM_TASK,
};

/* ---- Marks ---- */

typedef struct { guint64 pfn, n; } PgwPages;

typedef struct {
  mm_object_t selection;
  guint64     n_selected;       /* frames from `selected` on, 0 = no page is selected */
  guint64     selected;
  GArray     *related;          /* PgwPages that belong to what is selected */
  GArray     *related_objects;  /* mm_object_t */
  GArray     *changed;          /* PgwPages the current event is about */
  GArray     *changed_objects;  /* mm_object_t */
} PgwMarks;

PgwMarks *pgw_marks_new    (const PgwPaneState *state);
void      pgw_marks_free   (PgwMarks *marks);
/* PgwStyle bits for frames, and for another object. */
guint     pgw_marks_pages  (const PgwMarks *marks, guint64 pfn, guint64 n);
guint     pgw_marks_object (const PgwMarks *marks, mm_object_t object);
/* Whether frames are selected or changed; what belongs to the selection does not count. */
gboolean  pgw_marks_stand_out (const PgwMarks *marks, guint64 pfn, guint64 n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwMarks, pgw_marks_free)

/* The event at the timeline's position, or NULL. */
const PgwEvent *pgw_pane_event  (const PgwPaneState *state);
/* Value of a field of an event by name; FALSE if it has none. */
gboolean        pgw_pane_field  (const PgwEvent *event, const char *name, guint64 *value);
/* A block that the current event has taken off a list and not put on another. */
typedef struct { guint64 pfn; guint order, mt; guint32 zone; } PgwInHand;

/* The blocks in hand at the current step; returns how many. */
guint           pgw_pane_in_hand (const PgwPaneState *state, PgwInHand blocks[2]);
/* The zone a pane shows: the one asked for, else that of the selection, of the current operation, or the largest. */
guint32         pgw_pane_zone   (const PgwPaneState *state);
double          pgw_pane_scale  (const PgwPaneState *state);
const struct machine *pgw_pane_machine (const PgwPaneState *state);

/* ---- Looks ---- */

PgwColour pgw_mt_colour (guint mt);
guint     pgw_mt_style  (guint mt);
/* Migrate type and page kind in the user's language. */
const char *pgw_mt_name   (guint mt);
const char *pgw_kind_name (guint kind);
/* "Node 0, zone Normal"; without the node on a machine that has one. */
char     *pgw_zone_title (const struct machine *machine, const struct view_zone *zone);

/* A number with its thousands apart ("15 210"), in one of a few buffers used in turn. */
const char *pgw_count (guint64 n);
/* "0x1a3" */
const char *pgw_pfn   (guint64 pfn);
/* "4 KiB" */
const char *pgw_size  (guint64 bytes);
/* "1 page", "3 pages": likewise, in words that go into a sentence. */
const char *pgw_n_pages   (guint64 n);
const char *pgw_n_frames  (guint64 n);
const char *pgw_n_objects (guint64 n);
const char *pgw_n_slabs   (guint64 n);
const char *pgw_n_entries (guint64 n);
const char *pgw_n_events  (guint64 n);
const char *pgw_n_faults  (guint64 n);
/* ", selected, changed in this step" for the text twin; "" if not marked. */
const char *pgw_marks_text (guint style);

/* ---- Common furniture ---- */

/* The strip that chooses a zone, when there are several. Returns the height it takes. */
double pgw_pane_add_zones (PgwScene *scene, const PgwPaneState *state, const PgwMarks *marks, guint32 current,
                           double x, double y, double width);

typedef struct {
  PgwColour   colour;
  guint       style;
  const char *label;
} PgwLegendEntry;

/* A legend that wraps. Returns the height it takes; draws nothing without a scene. */
double pgw_pane_add_legend (PgwScene *scene, const PgwLegendEntry *entries, guint n, double scale,
                            double x, double y, double width);

/* ---- SLOB (pgw-slob.c), which has pages and blocks where the others have slabs and caches ---- */

gboolean pgw_slob_is_used (const struct machine *machine);
/* Returns where it ends below. */
double   pgw_slob_add     (PgwScene *scene, const PgwPaneState *state, const PgwMarks *marks, double x, double y,
                           double width, double height);

/* ---- The panes ---- */

extern const PgwPaneType pgw_buddy_pane;
extern const PgwPaneType pgw_frames_pane;
extern const PgwPaneType pgw_chart_pane;
extern const PgwPaneType pgw_compare_pane;
extern const PgwPaneType pgw_proc_pane;
extern const PgwPaneType pgw_replacement_pane;
extern const PgwPaneType pgw_space_pane;
extern const PgwPaneType pgw_tables_pane;
extern const PgwPaneType pgw_slab_pane;
extern const PgwPaneType pgw_timeline_pane;
extern const PgwPaneType pgw_lru_pane;
extern const PgwPaneType pgw_swap_pane;

G_END_DECLS
