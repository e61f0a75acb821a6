/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One statement of an `expect` clause: a number of the machine and the bounds
 * it must lie within. pgw-expect-read.c makes them from a file,
 * pgw-expect.c holds them against a machine.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

typedef enum {
  EXPECT_RESULT,
  EXPECT_ERROR,
  EXPECT_PFN,                   /* of the n-th slot of the operation */
  EXPECT_REFCOUNT,
  EXPECT_FREE,
  EXPECT_FREE_LIST,
  EXPECT_FREE_PAGES,
  EXPECT_ZONE_FREE_PAGES,
  EXPECT_PCP_COUNT, EXPECT_PCP_HIGH, EXPECT_PCP_BATCH, EXPECT_PCP_FREE_FACTOR,
  EXPECT_PCP_LIST,
  EXPECT_COUNTER,
  EXPECT_WATERMARK,
  EXPECT_LOWMEM_RESERVE,
  EXPECT_HIGHATOMIC,
  EXPECT_BLOCK_TYPE,            /* of a page frame */
  EXPECT_OWN_BLOCK_TYPE,        /* of the page frame the operation got */
  EXPECT_EVENTS,
  EXPECT_SLAB,                  /* of a cache: index says which number */
  EXPECT_LEAKS,
  EXPECT_BUG,
  EXPECT_BUG_REASON,
} ExpectKind;

typedef enum {
  SHOW_NUMBER,
  SHOW_PFN,
  SHOW_TYPE,
  SHOW_BOOLEAN,
  SHOW_BUG,
  SHOW_RESULT,
} Show;

/* One statement. */
struct _PgwExpect {
  ExpectKind kind;
  Show       show;
  guint32    zone;              /* zone_ref() */
  guint32    index;             /* order, processor, counter, watermark, slot, event */
  guint32    type;              /* migrate type; zone of a reserve; index of a per-CPU list */
  guint64    pfn;
  char       cache[32];         /* name of a slab cache */
  gint64     min, max;
  char      *subject;           /* "free Normal order 4" */
  char      *pointer;
  guint      line, column;
};

/* What can be said of a slab cache; ended by NULL. */
extern const char *const pgw_expect_slab_words[];

G_END_DECLS
