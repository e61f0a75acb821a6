/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Narration: what an event means, in words, in the user's language. Generated
 * from mm/trace-events.def and the sentences of narration.def.
 */
#pragma once

#include "pgw-timeline.h"

G_BEGIN_DECLS

typedef struct {
  char *headline;       /* "Split a block of order 8" */
  char *what;           /* what happens here, with this event's values */
  char *why;            /* why the kernel does so */
  const char *function; /* function of Linux 6.1; "" if none */
} PgwNarration;

PgwNarration *pgw_narrate        (const struct machine *machine, const PgwEvent *event);
void          pgw_narration_free (PgwNarration *narration);

/* Catalogue access, generated from trace-events.def. */
typedef enum {
  PGW_FIELD_OP, PGW_FIELD_OP_KIND, PGW_FIELD_RESULT, PGW_FIELD_PFN, PGW_FIELD_ORDER, PGW_FIELD_MT,
  PGW_FIELD_GFP, PGW_FIELD_ALLOC_FLAGS, PGW_FIELD_ZONE, PGW_FIELD_NODE, PGW_FIELD_CPU,
  PGW_FIELD_PCP_INDEX, PGW_FIELD_PAGES, PGW_FIELD_COUNT, PGW_FIELD_WMARK, PGW_FIELD_BOOL,
  PGW_FIELD_BLOCK_TYPE, PGW_FIELD_TUNABLE, PGW_FIELD_TEXT, PGW_FIELD_BUG,
  PGW_FIELD_TASK, PGW_FIELD_MM, PGW_FIELD_VMA, PGW_FIELD_ANON_VMA, PGW_FIELD_FILE, PGW_FIELD_ADDR,
  PGW_FIELD_HEX, PGW_FIELD_SIG,
  PGW_FIELD_OBJECT, PGW_FIELD_CACHE, PGW_FIELD_CACHE_NAME, PGW_FIELD_SLAB_LIST, PGW_FIELD_BYTES,
  PGW_FIELD_KADDR,
  PGW_FIELD_LRU, PGW_FIELD_OUTCOME, PGW_FIELD_BALANCE, PGW_FIELD_COMPACT, PGW_FIELD_POLICY, PGW_FIELD_PAGE_FLAGS,
  PGW_FIELD_MPOL, PGW_FIELD_NODES,
  PGW_FIELD_SWAP_DEVICE, PGW_FIELD_SWAP_SLOT,
} PgwFieldType;

typedef struct {
  const char  *name;
  PgwFieldType type;
  guint8       word;    /* 0..3 */
  guint8       half;    /* 0 whole, 1 low, 2 high */
} PgwEventField;

typedef struct {
  const char          *name;
  gboolean             overview;
  const char          *function;
  guint                n_fields;
  const PgwEventField *fields;
} PgwEventType;

const PgwEventType *pgw_event_type        (guint id);           /* NULL for an unknown id */
guint               pgw_event_type_by_name (const char *name);  /* 0 if there is none */
/* The field of that name, or NULL. */
const PgwEventField *pgw_event_type_get_field (const PgwEventType *type, const char *name);
/* Its value; of type RESULT sign-extended, of type PFN G_MAXUINT64 for no page. */
guint64             pgw_event_field       (const PgwEvent *event, const PgwEventField *field);
/* The value as text, in the terms of the domain ("0x1a3", "order 3 (32 KiB)", "Movable"). Free with g_free(). */
char               *pgw_event_field_text  (const PgwEvent *event, const PgwEventField *field);
/*
 * The bare value, the same in every language, for logs and tables ("0x1a3", "3", "Movable"). Operations
 * are counted from 1 here, as everywhere people read them. Free with g_free().
 */
char               *pgw_event_field_brief (const PgwEvent *event, const PgwEventField *field);
/* The size of a block: "32 KiB". Free with g_free(). */
char               *pgw_order_size_text   (guint order);
/* One line for lists and logs: "expand pfn 0x1a0 high 8 low 3". Free with g_free(). */
char               *pgw_event_to_text     (const PgwEvent *event);
/* Object named by a field, or 0. */
mm_object_t         pgw_event_field_object (const PgwEvent *event, const PgwEventField *field);
/* The object an event is chiefly about (what a view should show), or 0. */
mm_object_t         pgw_event_subject     (const PgwEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwNarration, pgw_narration_free)

G_END_DECLS
