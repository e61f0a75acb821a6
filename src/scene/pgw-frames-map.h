/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Geometry of the map of frames (see pgw-frames-map.c).
 */
#pragma once

#include "pgw-pane-private.h"

G_BEGIN_DECLS

/* Stretches of memory that are looked at for holes, and sections there can be at most. */
#define PGW_FRAMES_MAX_STRETCHES 64
#define PGW_FRAMES_MAX_SECTIONS  (PGW_MAX_ZONES + PGW_FRAMES_MAX_STRETCHES)

/* A zone, or what of it lies between large holes. */
typedef struct {
  struct view_zone zone;
  guint            id;          /* the same at every step */
  guint64          start_pfn;
  guint64          n_frames;
  guint64          hole;        /* frames before it that do not exist and are not shown */
  guint64          rows;
  double           y;           /* of its title, before panning */
} PgwFramesSection;

typedef struct {
  const PgwPaneState   *state;
  const struct machine *machine;
  struct view_machine   about;
  double                scale;
  double                left, top, width, height;       /* of the map */
  double                title;                          /* height of a section's title, 0 with one section */
  guint64               pitch, pitch_y;                 /* pixels a cell */
  guint64               per_cell;                       /* frames a cell */
  guint64               columns;
  guint64               set_columns;                    /* 0: as many as have room */
  double                content;                        /* height of the whole map */
  guint                 n_sections;
  PgwFramesSection      sections[PGW_FRAMES_MAX_SECTIONS];
} PgwFramesMap;

/* Lays the map out in a pane of a size, of which the legend takes `legend` pixels of height. */
void                    pgw_frames_map_init (PgwFramesMap       *self,
                                             const PgwPaneState *state,
                                             double              width,
                                             double              height,
                                             double              legend);
/* How far the map is moved up, within what there is. */
double                  pgw_frames_map_pan  (const PgwFramesMap *self);
/* The section a frame is in; NULL if it is not on the map. */
const PgwFramesSection *pgw_frames_map_find (const PgwFramesMap *self,
                                             guint64             pfn);

G_END_DECLS
