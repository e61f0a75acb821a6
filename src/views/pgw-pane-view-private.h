/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of PgwPaneView share: pgw-pane-view.c (the pane) and
 * pgw-pane-choosers.c (what one can choose in its header).
 */
#pragma once

#include "pgw-object-bar.h"
#include "pgw-pane-view.h"
#include "pgw-translate-entry.h"
#include "pgw-view-options.h"

G_BEGIN_DECLS

#define MAX_ZONES (MAX_NUMNODES * VIEW_NR_ZONES)

/* What a pane lets one choose in its header. */
typedef struct {
  const char *pane;
  gboolean    zone;
  gboolean    proc_file;
  gboolean    sort;             /* of the table of slab caches */
  gboolean    machines;         /* what they differ in, and which pane shows each */
  gboolean    translate;        /* an address to be translated */
  gboolean    memory;           /* its menu has what a task may do with the memory that was pointed at */
} PgwPaneChoices;

struct _PgwPaneView {
  PgwSection         parent_instance;

  const PgwPaneType *type;
  const PgwPaneChoices *choices;
  guint32            zones[MAX_ZONES + 1];      /* what the rows of the chooser stand for */
  guint              n_zones;
  const PgwComparisonKind *kinds;               /* likewise, where machines are compared */
  gboolean           filling;                   /* the choosers are being set from code */
  const char        *layout;                    /* in which it stands, and what it shows there if nothing was chosen; */
  const char        *usual_option;              /* NULL: in none */
  PgwViewOptions    *options;                   /* whose changes are followed; not owned */

  GtkWidget         *header;
  GtkLabel          *title_label;
  GtkLabel          *subtitle_label;
  GtkWidget         *chooser_box;
  GtkDropDown       *zone_chooser;
  GtkDropDown       *option_chooser;
  PgwTranslateEntry *translate_entry;
  PgwObjectBar      *object_bar;
  GtkToggleButton   *text_button;
  GtkButton         *maximise_button;
  GtkStack          *stack;
  PgwPaneCanvas     *canvas;
  GtkTextView       *text_view;
  GMenuModel        *context_menu;
  GtkWidget         *popover;
};

/* Sets up the choosers that a pane of its type has. */
void pgw_pane_choosers_init            (PgwPaneView *self);
/* Chooses what was chosen in this layout before, or what is usual in it. */
void pgw_pane_choosers_take_place      (PgwPaneView *self);
/* Fills those that depend on the session. */
void pgw_pane_choosers_fill            (PgwPaneView *self, PgwSession *session);
/* Something was chosen. */
void pgw_pane_choosers_zone_selected   (PgwPaneView *self);
void pgw_pane_choosers_option_selected (PgwPaneView *self);

G_END_DECLS
