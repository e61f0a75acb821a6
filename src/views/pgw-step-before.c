/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where one step of a session comes from: see pgw-step-before.h.
 */
#include "config.h"

#include "pgw-step-before.h"

gboolean
pgw_step_before_enter (PgwSession *session)
{
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  PgwGranularity granularity = pgw_session_get_granularity (session);
  guint64 position = pgw_session_get_position (session);
  guint64 line = pgw_session_get_source_line (session);
  PgwOpRun run;

  if (granularity == PGW_GRANULARITY_OPERATION
      && pgw_timeline_get_op_run (timeline, pgw_timeline_op_at (timeline, position), &run))
    {
      pgw_timeline_seek (timeline, run.first_step - 1);
      return TRUE;
    }
  /* A line ran from its beginning to that of the next; an event lies within one. */
  if (line > 1)
    pgw_timeline_seek_source_line (timeline, line - 1);
  else if (granularity == PGW_GRANULARITY_LINE && line == 0 && position > 0
           && pgw_timeline_get_source_line (timeline) > 0)
    pgw_timeline_seek_source_line (timeline, pgw_timeline_get_source_line (timeline));
  else if (position > 0)
    pgw_timeline_seek (timeline, position - 1);
  else
    return FALSE;
  return TRUE;
}

void
pgw_step_before_leave (PgwSession *session)
{
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  guint64 line = pgw_session_get_source_line (session);

  if (line > 0)
    pgw_timeline_seek_source_line (timeline, line);
  else
    pgw_timeline_seek (timeline, pgw_session_get_position (session));
}
