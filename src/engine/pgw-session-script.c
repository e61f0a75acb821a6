/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession: the script and its recording; loading and recording in slices.
 *
 * The scenario is the truth and the timeline follows it: every change of the
 * script ends in pgw_session_record_from(), which cuts the timeline back to
 * the last operation both agree on and records what the script has after it.
 */
#include "config.h"
#include "pgw-importer.h"
#include "pgw-leaks.h"
#include "pgw-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SLICE_TIME    6000      /* microseconds a slice of recording should take */
#define FIRST_SLICE   2000      /* steps */
#define SMALLEST_SLICE 64

static void
clear_expect_result (gpointer data)
{
  pgw_expect_result_clear (data);
}

void
pgw_session_script_init (PgwSession *self)
{
  self->expect_results = g_array_new (FALSE, TRUE, sizeof (PgwExpectResult));
  g_array_set_clear_func (self->expect_results, clear_expect_result);
  pgw_session_edits_init (self);
  pgw_session_questions_init (self);
}

static void
stop_recording (PgwSession *self)
{
  if (self->state == PGW_SESSION_RECORDING)
    g_clear_handle_id (&self->work_source, g_source_remove);
}

void
pgw_session_script_dispose (PgwSession *self)
{
  stop_recording (self);
  self->state = PGW_SESSION_EMPTY;
  g_array_set_size (self->expect_results, 0);
  g_ptr_array_set_size (self->edits, 0);
  self->n_done = 0;
  if (self->timeline != NULL)
    pgw_timeline_set_op_func (self->timeline, NULL, NULL);
  g_clear_pointer (&self->timeline, pgw_timeline_unref);
  g_clear_pointer (&self->scenario, pgw_scenario_unref);
}

void
pgw_session_script_finalize (PgwSession *self)
{
  g_array_unref (self->expect_results);
  g_clear_pointer (&self->leaks, g_ptr_array_unref);
  g_ptr_array_unref (self->edits);
  pgw_session_questions_finalize (self);
}

/* ---- Recording ---- */

static void
op_recorded (PgwTimeline *timeline, guint64 op, const PgwOpRun *run, gpointer data)
{
  PgwSession *self = data;
  guint n = self->expect_results->len;

  pgw_scenario_check_op (self->scenario, op, run, timeline, pgw_timeline_get_machine (timeline),
                         self->expect_results);
  if (self->expect_results->len != n)
    self->expect_changed = TRUE;
}

/* The operation in which the machine stopped has not finished, so nobody has checked it yet. */
static void
check_stopped_op (PgwSession *self)
{
  guint64 op = pgw_timeline_op_at (self->timeline, pgw_timeline_get_length (self->timeline));
  PgwOpRun run;

  if (op != G_MAXUINT64 && pgw_timeline_get_op_run (self->timeline, op, &run) && !run.finished)
    op_recorded (self->timeline, op, &run, self);
}

static void
set_bug (PgwSession *self, gboolean bug)
{
  if (self->bug == bug)
    return;

  self->bug = bug;
  pgw_session_notify (self, PROP_BUG);
}

static void
set_complete (PgwSession *self, gboolean complete)
{
  if (self->complete == complete)
    return;

  self->complete = complete;
  pgw_session_notify (self, PROP_COMPLETE);
}

static void
recording_ended (PgwSession *self)
{
  gboolean bug = pgw_timeline_is_stopped (self->timeline);

  if (bug)
    check_stopped_op (self);
  g_clear_pointer (&self->leaks, g_ptr_array_unref);
  self->leaks = pgw_leaks_find (self->timeline, FALSE, PGW_SESSION_MAX_LEAKS, &self->n_leaks);

  pgw_timeline_seek (self->timeline, self->goal_is_end ? self->length : MIN (self->goal, self->length));
  pgw_session_set_state (self, PGW_SESSION_STOPPED);
  pgw_session_set_progress (self, 1.0);
  set_bug (self, bug);
  set_complete (self, TRUE);
  pgw_session_sync_position (self);
  pgw_session_emit_changed (self);
  pgw_session_emit_expectations (self);
}

static double
recorded_part (PgwSession *self)
{
  guint64 n_ops = pgw_timeline_get_n_ops (self->timeline);
  guint64 op = pgw_timeline_op_at (self->timeline, self->length);

  if (n_ops == 0 || op == G_MAXUINT64)
    return 0.0;

  return (double) op / n_ops;
}

/* Records one slice; TRUE when nothing is left. */
static gboolean
record_slice (PgwSession *self)
{
  gint64 start = g_get_monotonic_time ();
  gboolean done = pgw_timeline_record (self->timeline, self->slice);
  gint64 elapsed = MAX (g_get_monotonic_time () - start, 1);

  if (elapsed < SLICE_TIME / 2)
    self->slice *= 2;
  else if (elapsed > SLICE_TIME)
    self->slice = MAX (self->slice * SLICE_TIME / elapsed, SMALLEST_SLICE);

  pgw_session_sync_length (self);
  if (done)
    recording_ended (self);

  return done;
}

static gboolean
record_cb (gpointer data)
{
  g_autoptr (PgwSession) self = g_object_ref (data);
  guint source = self->work_source;

  if (record_slice (self))
    {
      if (self->work_source == source)
        self->work_source = 0;
      return G_SOURCE_REMOVE;
    }

  pgw_session_set_progress (self, recorded_part (self));
  pgw_session_sync_position (self);
  pgw_session_emit_expectations (self);
  return G_SOURCE_CONTINUE;
}

/*
 * Goes on recording, and stands at `goal` (or at the end) when that is done.
 * `at_once` does a first slice now, so that what is short is done without
 * anyone having seen the session in state RECORDING.
 */
static void
start_recording (PgwSession *self, guint64 goal, gboolean goal_is_end, gboolean at_once)
{
  self->goal = goal;
  self->goal_is_end = goal_is_end;
  self->slice = FIRST_SLICE;
  g_clear_pointer (&self->leaks, g_ptr_array_unref);
  if (at_once && record_slice (self))
    return;

  self->work_source = g_idle_add (record_cb, self);
  set_complete (self, FALSE);
  pgw_session_set_progress (self, recorded_part (self));
  pgw_session_set_state (self, PGW_SESSION_RECORDING);
}

void
pgw_session_finish (PgwSession *self)
{
  g_return_if_fail (PGW_IS_SESSION (self));

  pgw_session_finish_search (self);
  pgw_session_resume (self);
  if (self->state != PGW_SESSION_RECORDING)
    return;

  stop_recording (self);
  pgw_timeline_record (self->timeline, 0);
  pgw_session_sync_length (self);
  recording_ended (self);
}

void
pgw_session_finish_recording (PgwSession *self)
{
  pgw_session_finish (self);
}

void
pgw_session_cancel (PgwSession *self)
{
  g_return_if_fail (PGW_IS_SESSION (self));

  if (self->state != PGW_SESSION_RECORDING)
    {
      pgw_session_halt (self);
      return;
    }

  stop_recording (self);
  pgw_timeline_seek (self->timeline, self->goal_is_end ? self->length : MIN (self->goal, self->length));
  pgw_session_set_state (self, PGW_SESSION_STOPPED);
  pgw_session_sync_position (self);
  pgw_session_emit_changed (self);
}

void
pgw_session_resume (PgwSession *self)
{
  g_return_if_fail (PGW_IS_SESSION (self));

  if (self->timeline == NULL || self->complete || self->state == PGW_SESSION_RECORDING)
    return;

  pgw_session_halt (self);
  start_recording (self, self->position, FALSE, FALSE);
}

/* ---- The script ---- */

static PgwTimeline *
new_timeline (PgwScenario *scenario, GError **error)
{
  return pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), error);
}

static void
take_timeline (PgwSession *self, PgwTimeline *timeline)
{
  if (self->timeline != NULL)
    {
      pgw_timeline_set_op_func (self->timeline, NULL, NULL);
      pgw_timeline_unref (self->timeline);
    }
  self->timeline = timeline;
  pgw_timeline_set_op_func (timeline, op_recorded, self);
  self->config = *pgw_scenario_get_config (self->scenario);
}

static void
truncate_results_array (PgwSession *self, guint n)
{
  if (self->expect_results->len == n)
    return;

  g_array_set_size (self->expect_results, n);
  self->expect_changed = TRUE;
}

/* Forgets the results of operations from `n_ops` on. */
static void
truncate_expect_results (PgwSession *self, guint64 n_ops)
{
  guint n = self->expect_results->len;

  while (n > 0 && g_array_index (self->expect_results, PgwExpectResult, n - 1).op >= n_ops)
    n--;
  truncate_results_array (self, n);
}

/*
 * Makes the timeline follow the script, which is what it was up to operation
 * `n_common`. A script that needs a machine of another make (more results to
 * keep) gets a new timeline.
 */
gboolean
pgw_session_record_from (PgwSession *self, guint64 n_common, guint64 goal, gboolean goal_is_end, GError **error)
{
  gboolean fresh = memcmp (&self->config, pgw_scenario_get_config (self->scenario), sizeof self->config) != 0;
  PgwTimeline *timeline = NULL;

  if (fresh)
    {
      timeline = new_timeline (self->scenario, error);
      if (timeline == NULL)
        return FALSE;
      n_common = 0;
    }

  pgw_session_halt (self);
  stop_recording (self);
  truncate_expect_results (self, n_common);
  pgw_session_forget_answers (self, n_common);
  if (fresh)
    take_timeline (self, timeline);
  else
    pgw_timeline_truncate (self->timeline, n_common);
  pgw_timeline_append (self->timeline, pgw_scenario_get_ops (self->scenario) + n_common,
                       pgw_scenario_get_n_ops (self->scenario) - n_common);
  if (fresh)
    pgw_session_notify (self, PROP_TIMELINE);
  start_recording (self, goal, goal_is_end, TRUE);

  return TRUE;
}

static char *
make_title (PgwScenario *scenario)
{
  const char *title = pgw_scenario_get_title (scenario);
  GFile *file = pgw_scenario_get_file (scenario);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;

  if (title != NULL && *title != '\0')
    return g_strdup (title);
  if (name != NULL)
    return g_filename_display_name (name);

  return g_strdup (_("Untitled"));
}

void
pgw_session_take_scenario (PgwSession *self, PgwScenario *scenario, PgwTimeline *timeline)
{
  g_autofree char *old_title = NULL;

  g_return_if_fail (PGW_IS_SESSION (self));
  g_return_if_fail (scenario != NULL);
  g_return_if_fail (timeline != NULL && pgw_timeline_get_n_ops (timeline) == 0);

  pgw_session_halt (self);
  stop_recording (self);
  pgw_scenario_ref (scenario);
  g_clear_pointer (&self->scenario, pgw_scenario_unref);
  self->scenario = scenario;
  take_timeline (self, timeline);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  truncate_results_array (self, 0);
  pgw_session_forget_answers (self, 0);
  old_title = g_steal_pointer (&self->title);
  self->title = make_title (scenario);

  g_object_freeze_notify (G_OBJECT (self));
  pgw_session_reset_edits (self);
  pgw_session_set_selection (self, 0);
  pgw_session_notify (self, PROP_SCENARIO);
  pgw_session_notify (self, PROP_TIMELINE);
  if (g_strcmp0 (old_title, self->title) != 0)
    pgw_session_notify (self, PROP_TITLE);
  set_bug (self, FALSE);
  pgw_session_sync_length (self);
  pgw_session_sync_position (self);
  g_object_thaw_notify (G_OBJECT (self));
  pgw_session_emit_changed (self);
  pgw_session_emit_expectations (self);
  if (self->timeline == timeline)
    start_recording (self, 0, FALSE, FALSE);
}

gboolean
pgw_session_set_scenario (PgwSession *self, PgwScenario *scenario, GError **error)
{
  PgwTimeline *timeline;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);
  g_return_val_if_fail (scenario != NULL, FALSE);

  timeline = new_timeline (scenario, error);
  if (timeline == NULL)
    return FALSE;
  pgw_session_take_scenario (self, scenario, timeline);
  return TRUE;
}

gboolean
pgw_session_load_file (PgwSession *self, GFile *file, GError **error)
{
  g_autoptr (PgwScenario) scenario = NULL;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  scenario = pgw_import_file (file, error);
  return scenario != NULL && pgw_session_set_scenario (self, scenario, error);
}

gboolean
pgw_session_save_file (PgwSession *self, GFile *file, GError **error)
{
  gboolean was_modified;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  if (self->scenario == NULL)
    {
      g_set_error_literal (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_STATE, _("There is nothing to save."));
      return FALSE;
    }
  if (!pgw_scenario_save (self->scenario, file, error))
    return FALSE;

  was_modified = pgw_session_get_modified (self);
  self->n_saved = (int) self->n_done;
  if (was_modified)
    pgw_session_notify (self, PROP_MODIFIED);

  return TRUE;
}

GPtrArray *
pgw_session_get_leaks (PgwSession *self, guint64 *total)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), NULL);
  g_return_val_if_fail (total != NULL, NULL);

  *total = self->leaks != NULL ? self->n_leaks : 0;
  return self->leaks;
}
