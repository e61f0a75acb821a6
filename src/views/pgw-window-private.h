/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of PgwWindow share.
 */
#pragma once

#include "pgw-inspector.h"
#include "pgw-narration-card.h"
#include "pgw-operate-bar.h"
#include "pgw-pane-grid.h"
#include "pgw-playback-bar.h"
#include "pgw-script-view.h"
#include "pgw-side-column.h"
#include "pgw-source-view.h"
#include "pgw-view-options.h"
#include "pgw-window.h"

G_BEGIN_DECLS

struct _PgwWindow {
  AdwApplicationWindow parent_instance;

  PgwSession       *session;
  GSignalGroup     *signals;
  gboolean          presentation;
  gboolean          wide;               /* enough for the source beside the panes */
  gboolean          words;              /* enough for words on the buttons of files */
  gboolean          source_wanted;      /* in a wide window */
  gboolean          close_anyway;       /* asked already about what is not saved */
  guint             n_loading;          /* files being read */
  gboolean          loading_shown;      /* it takes long enough to say so */
  guint             loading_id;         /* keeps the progress bar moving meanwhile */
  gboolean          focus_wanted;       /* by the script, once it is recorded */
  guint             moved_id;           /* brings the title up to date after a move */
  guint             title_id;           /* idle that shows the session's state */
  AdwToast         *undo_toast;         /* (weak) offers to bring back what was cut off */
  GtkNativeDialog  *chooser;            /* file dialog that is open */

  AdwToastOverlay  *toast_overlay;
  AdwWindowTitle   *title;
  GtkBox           *layout_box;
  GtkMenuButton    *recent_button;
  GtkButton        *open_button;
  GtkButton        *library_button;
  GtkButton        *save_button;
  GtkMenuButton    *main_menu_button;
  GtkInfoBar       *error_bar;
  GtkLabel         *error_label;
  GtkRevealer      *progress_revealer;
  GtkLabel         *progress_label;
  GtkProgressBar   *progress_bar;
  GtkWidget        *resume_button;
  GtkWidget        *cancel_button;
  GtkStack         *stack;
  AdwFlap          *script_flap;
  AdwFlap          *inspector_flap;
  GtkWidget        *left_box;
  PgwScriptView    *script_view;
  PgwNarrationCard *narration_card;
  PgwPaneGrid      *pane_grid;
  PgwSideColumn    *side_column;
  PgwSourceView    *source_view;
  PgwInspector     *inspector;
  PgwPlaybackBar   *playback_bar;
  PgwPaneCanvas    *timeline;
};

/* pgw-window.c */
/* Gives the focus to the script as soon as it can be seen. */
void     pgw_window_focus_script    (PgwWindow *self);
/* Arranges the panes as the scenario that was opened asks for. */
void     pgw_window_follow_scenario (PgwWindow *self);
void     pgw_window_show_progress   (PgwWindow *self);

/* pgw-window-actions.c */
void     pgw_window_install_actions (GtkWidgetClass *widget_class);
void     pgw_window_update_actions  (PgwWindow *self);
void     pgw_window_step_operation  (PgwWindow *self, PgwDirection direction);
/* What the toast offers to undo is no longer the last thing done. */
void     pgw_window_dismiss_undo_toast (PgwWindow *self);

/* pgw-window-files.c */
void     pgw_window_install_file_actions (GtkWidgetClass *widget_class);
void     pgw_window_add_drop_target (PgwWindow *self);
void     pgw_window_fill_recent     (PgwWindow *self);
/* Shows a message in the error bar; NULL hides it. */
void     pgw_window_show_error      (PgwWindow *self, const char *message);
/* Asks what to do with changes that are not saved, then calls `go_on` unless the user stays. */
void     pgw_window_confirm_loss    (PgwWindow *self, void (*go_on) (PgwWindow *self, GFile *file), GFile *file);

/* pgw-window-keys.c */
void     pgw_window_add_keys        (PgwWindow *self);

G_END_DECLS
