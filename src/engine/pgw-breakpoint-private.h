/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditions a run can be stopped at, and the breakpoints that hold them.
 * The grammar is described at pgw_session_add_breakpoint().
 */
#pragma once

#include "pgw-session.h"

G_BEGIN_DECLS

typedef enum {
  PGW_CONDITION_EVENT,          /* the step is an event of a kind */
  PGW_CONDITION_OP,             /* an operation begins */
  PGW_CONDITION_CHANGE,         /* the bytes of an object changed */
  PGW_CONDITION_WATERMARK,      /* free pages of a zone against a watermark */
  PGW_CONDITION_FREE,           /* free blocks of an order in a zone */
  PGW_CONDITION_COUNTER,
  PGW_CONDITION_LINE,           /* a line of the source begins */
  PGW_CONDITION_FUNCTION,       /* a function begins */
  PGW_CONDITION_WATCH,          /* the value of an expression changed */
} PgwConditionKind;

typedef enum {
  PGW_COMPARE_LT,
  PGW_COMPARE_LE,
  PGW_COMPARE_GT,
  PGW_COMPARE_GE,
  PGW_COMPARE_EQ,
  PGW_COMPARE_NE,
} PgwCompare;

typedef struct {
  PgwConditionKind kind;
  guint            event_id;    /* EVENT */
  mm_object_t      object;      /* CHANGE */
  guint64          op;          /* OP: index, from 0 */
  int              node;        /* WATERMARK, FREE: -1 = any */
  guint            zone;        /* WATERMARK, FREE: index */
  guint            wmark;       /* WATERMARK */
  guint            order;       /* FREE */
  guint            counter;     /* COUNTER */
  PgwCompare       compare;     /* WATERMARK, FREE, COUNTER */
  guint64          value;       /* FREE, COUNTER */
  guint            column;      /* LINE, FUNCTION, WATCH: of what has to be looked up */
  int              line;        /* LINE */
  char            *name;        /* LINE: file; FUNCTION, WATCH: function, of WATCH NULL = the one stood in */
  char            *expression;  /* WATCH */
} PgwCondition;

void     pgw_condition_clear    (PgwCondition         *condition);
/* A copy with strings of its own. */
void     pgw_condition_copy     (PgwCondition         *condition,
                                 const PgwCondition   *other);

gboolean pgw_condition_parse    (const char           *text,
                                 PgwCondition         *condition,
                                 GError              **error);

/* TRUE for the kinds that need source lines. */
gboolean pgw_condition_is_line  (const PgwCondition   *condition);
/*
 * For those kinds: completes and checks what is named in the source. `here` is
 * the function stood in, or NULL. A line may move to a later one.
 */
gboolean pgw_condition_resolve  (PgwCondition         *condition,
                                 PgwDebugInfo         *info,
                                 const char           *here,
                                 GError              **error);
/* The condition as it would be typed, for those kinds. Free with g_free(). */
char    *pgw_condition_to_text  (const PgwCondition   *condition);

/* TRUE for the kinds whose truth is a matter of the machine's state; they break where they become true. */
gboolean pgw_condition_is_state (const PgwCondition   *condition);

/* For those kinds: does it hold in this state? Where no node is named, in any. */
gboolean pgw_condition_holds    (const PgwCondition   *condition,
                                 const struct machine *machine);

/* Takes what the condition holds. */
PgwBreakpoint      *pgw_breakpoint_new         (guint id, const char *text, const PgwCondition *condition);
const PgwCondition *pgw_breakpoint_get_parsed  (PgwBreakpoint *self);

G_END_DECLS
