/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession: interactive operations and their undo. An edit keeps the
 * script's states before and after, so that undoing and redoing are the same
 * movement in opposite directions.
 */
#include "config.h"
#include "pgw-session-private.h"

#include <glib/gi18n-lib.h>

/* One interactive change of the script. */
typedef struct {
  PgwScenarioState *before;
  PgwScenarioState *after;
  guint64           position_before;
  guint64           position_after;
  guint64           n_common;   /* operations the two states share */
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  g_clear_pointer (&edit->before, pgw_scenario_state_free);
  g_clear_pointer (&edit->after, pgw_scenario_state_free);
  g_free (edit);
}

void
pgw_session_edits_init (PgwSession *self)
{
  self->edits = g_ptr_array_new_with_free_func (edit_free);
}

/* Notifies those properties of the editing state that differ from what they were. */
static void
notify_edits (PgwSession *self, gboolean could_undo, gboolean could_redo, gboolean was_modified)
{
  if (pgw_session_can_undo (self) != could_undo)
    pgw_session_notify (self, PROP_CAN_UNDO);
  if (pgw_session_can_redo (self) != could_redo)
    pgw_session_notify (self, PROP_CAN_REDO);
  if (pgw_session_get_modified (self) != was_modified)
    pgw_session_notify (self, PROP_MODIFIED);
}

void
pgw_session_reset_edits (PgwSession *self)
{
  gboolean could_undo = pgw_session_can_undo (self);
  gboolean could_redo = pgw_session_can_redo (self);
  gboolean was_modified = pgw_session_get_modified (self);

  g_ptr_array_set_size (self->edits, 0);
  self->n_done = 0;
  self->n_saved = 0;
  notify_edits (self, could_undo, could_redo, was_modified);
}

gboolean
pgw_session_can_undo (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  return self->n_done > 0;
}

gboolean
pgw_session_can_redo (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  return self->n_done < self->edits->len;
}

gboolean
pgw_session_get_modified (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  return self->n_saved != (int) self->n_done;
}

/* Operations to keep when something is done at the current position. */
static guint64
n_ops_kept (PgwSession *self)
{
  guint64 op = pgw_timeline_op_at (self->timeline, self->position);

  return op == G_MAXUINT64 ? 0 : op + 1;
}

static gboolean
check_can_do (PgwSession *self, GError **error)
{
  if (self->timeline == NULL)
    {
      g_set_error_literal (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_STATE, _("There is no machine to do it on."));
      return FALSE;
    }
  if (self->state == PGW_SESSION_RECORDING)
    {
      g_set_error_literal (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_STATE,
                           _("The script is still being recorded."));
      return FALSE;
    }
  if (self->bug && n_ops_kept (self) > pgw_timeline_op_at (self->timeline, self->length))
    {
      g_set_error_literal (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_STATE,
                           _("The machine stopped at a bug in this operation; nothing can run after it."));
      return FALSE;
    }

  return TRUE;
}

/* Records an edit that has just been made, and forgets those it makes unreachable. */
static void
push_edit (PgwSession *self, Edit *edit)
{
  gboolean could_undo = pgw_session_can_undo (self);
  gboolean could_redo = pgw_session_can_redo (self);
  gboolean was_modified = pgw_session_get_modified (self);

  if (self->n_saved > (int) self->n_done)
    self->n_saved = -1;
  g_ptr_array_set_size (self->edits, (int) self->n_done);
  g_ptr_array_add (self->edits, edit);
  self->n_done++;
  notify_edits (self, could_undo, could_redo, was_modified);
}

gboolean
pgw_session_do (PgwSession *self, const char *json, GError **error)
{
  Edit *edit;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);
  g_return_val_if_fail (json != NULL, FALSE);

  if (!check_can_do (self, error))
    return FALSE;

  pgw_session_halt (self);
  edit = g_new0 (Edit, 1);
  edit->n_common = n_ops_kept (self);
  edit->position_before = self->position;
  edit->before = pgw_scenario_save_state (self->scenario);
  pgw_scenario_truncate (self->scenario, edit->n_common);
  if (!pgw_scenario_append_json (self->scenario, json, error) ||
      !pgw_session_record_from (self, edit->n_common, 0, TRUE, error))
    {
      pgw_scenario_restore_state (self->scenario, edit->before);
      edit_free (edit);
      return FALSE;
    }

  edit->after = pgw_scenario_save_state (self->scenario);
  edit->position_after = G_MAXUINT64;
  push_edit (self, edit);

  return TRUE;
}

/* Brings the script to `state`, which agrees with what it is up to operation `n_common`. */
static gboolean
go_to_state (PgwSession *self, const PgwScenarioState *state, guint64 n_common, guint64 position)
{
  pgw_session_halt (self);
  pgw_scenario_restore_state (self->scenario, state);

  return pgw_session_record_from (self, n_common, position, position == G_MAXUINT64, NULL);
}

gboolean
pgw_session_undo (PgwSession *self)
{
  Edit *edit;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!pgw_session_can_undo (self))
    return FALSE;

  edit = g_ptr_array_index (self->edits, self->n_done - 1);
  if (!go_to_state (self, edit->before, edit->n_common, edit->position_before))
    {
      pgw_scenario_restore_state (self->scenario, edit->after);
      return FALSE;
    }

  self->n_done--;
  notify_edits (self, TRUE, self->n_done + 1 < self->edits->len, self->n_saved != (int) self->n_done + 1);
  return TRUE;
}

gboolean
pgw_session_redo (PgwSession *self)
{
  Edit *edit;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!pgw_session_can_redo (self))
    return FALSE;

  edit = g_ptr_array_index (self->edits, self->n_done);
  if (!go_to_state (self, edit->after, edit->n_common, edit->position_after))
    {
      pgw_scenario_restore_state (self->scenario, edit->before);
      return FALSE;
    }

  self->n_done++;
  notify_edits (self, self->n_done > 1, TRUE, self->n_saved != (int) self->n_done - 1);
  return TRUE;
}
