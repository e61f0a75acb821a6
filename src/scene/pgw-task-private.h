/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the panes about address spaces share: which tasks they show, which
 * address the picture is about, how VMAs and pages are named and coloured.
 */
#pragma once

#include "pgw-pane-private.h"

G_BEGIN_DECLS

#define PGW_MAX_TASKS 256

/* The tasks that have an address space, oldest first. Returns how many (at most PGW_MAX_TASKS). */
guint    pgw_pane_tasks  (const PgwPaneState *state, struct view_task *tasks);
/*
 * What people typed to have translated: its address, and its task where it names one (else `pid` stays). FALSE, with
 * the reason, where it means nothing at this step; FALSE without one where nothing was typed.
 */
gboolean pgw_pane_typed  (const PgwPaneState *state, gint32 *pid, guint64 *address, GError **error);

/* "task 1 (shell)": the name it has, or that the script has for it. Free with g_free(). */
char      *pgw_task_title  (const PgwPaneState *state, const struct view_task *task);
/* What a VMA is: "heap", "stack", or what the script calls it or its file: "mem", "file log". Free with g_free(). */
char      *pgw_vma_title   (const PgwPaneState *state, const struct view_vma *vma);
/* "rw-p" */
const char *pgw_vma_perms  (const struct view_vma *vma);
PgwColour  pgw_vma_colour  (const struct view_vma *vma);
/* How a page-table entry looks as a cell: colour and style. */
PgwColour  pgw_pte_colour  (guint32 flags);
guint      pgw_pte_style   (const struct view_pte *pte);
/* "present, written, shared by 2" for the text twin, in the user's language. Free with g_free(). */
char      *pgw_pte_text    (const struct view_pte *pte);
/* An address as people write it: "0x7f12 3400 7000". */
const char *pgw_address    (guint64 address);

/* A line in any direction (an item's own rectangle never has a negative size). */
void       pgw_pane_add_link (PgwScene *scene, guint64 id, PgwColour colour, guint style,
                              double x1, double y1, double x2, double y2);

/* The strip that chooses a task, when there are several. Returns the height it takes. */
double pgw_pane_add_tasks (PgwScene *scene, const PgwPaneState *state, const PgwMarks *marks, gint32 current,
                           double x, double y, double width);

/* The address that a pane is about, cut into its indices, and what was typed about it. Returns where it ends. */
double pgw_pane_add_address (PgwScene *scene, const PgwPaneState *state, gint32 pid, double x, double y, double width);

G_END_DECLS
