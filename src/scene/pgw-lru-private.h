/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the LRU pane share: pgw-pane-lru.c (where things stand),
 * pgw-lru-list.c (a list as rows of tiles), pgw-lru-scan.c (who works on the
 * lists, and what is between them).
 */
#pragma once

#include "pgw-pane-private.h"

G_BEGIN_DECLS

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  guint32               nid;
  double                scale, line;    /* height of a line of small type */
  double                x, width;       /* of everything */
  double                tile, tile_height, gap;
  guint                 letters;        /* that a tile has room for */
  double                head, tail;     /* room for the marks of the ends; 0 = none */
  guint                 columns;        /* tiles in a row */
  struct view_lruvec    lruvec;
  struct view_kswapd    kswapd;
  gint                  at_work;        /* reclaimer whose lists and targets are shown; -1: none */
  struct view_reclaimer reclaimer;      /* that one's */
  GHashTable           *drawn;          /* pages: on the way from one list to another some are met twice */
  guint64               in_hand;        /* page of the current event that is on no list; G_MAXUINT64: none */
} PgwLru;

/* ---- pgw-lru-list.c ---- */

/* "inactive file" in the user's language. */
const char *pgw_lru_name (guint32 lru);
/* Letters for what decides over a page: D or W, A, R; a blank if none. In one of a few buffers used in turn. */
const char *pgw_lru_letters (const struct view_lru_page *page, guint room);
/* The same in words, for the text twin: "referenced, dirty"; "" if there is nothing to say. Free with g_free(). */
char       *pgw_lru_words (const struct view_lru_page *page);
/* Draws a page at a place; its identity is that of the page wherever it stands. */
void        pgw_lru_add_tile (const PgwLru *self, guint64 pfn, guint style, double x, double y);
/* The rows that a list wants; 0 if it has no page. */
guint       pgw_lru_list_rows (const PgwLru *self, guint32 lru);
/* Draws a list in so many rows of tiles below a heading; an empty one takes none. Returns the height it takes. */
double      pgw_lru_add_list (const PgwLru *self, guint32 lru, guint rows, double y);
/* No rows: a heading alone. */
double      pgw_lru_list_height (const PgwLru *self, guint rows);

/* ---- pgw-lru-scan.c ---- */

/* Finds out who is at work and which page is in hand. */
void   pgw_lru_find_reclaimer (PgwLru *self);
/* kswapd's or direct reclaim's state. Returns the height it takes. */
double pgw_lru_add_state (const PgwLru *self, double y);
/* The isolated pages and those on their way to the lists, in so many rows. Returns the height. */
double pgw_lru_add_isolated (const PgwLru *self, guint rows, double y);
double pgw_lru_add_batches (const PgwLru *self, double y);
/* Where the last refault was and what came of it. Returns the height. */
double pgw_lru_add_refault (const PgwLru *self, double y);

G_END_DECLS
