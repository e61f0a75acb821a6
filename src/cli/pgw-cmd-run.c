/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli run: runs a scenario and prints what happened (the event log,
 * or the lines of the core's source that ran) and what the machine looks like at the end (files of /proc).
 */
#include "config.h"
#include "pgw-cli.h"
#include "pgw-event-log.h"
#include "pgw-line-listing.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "src/engine/pgw-narration.h"
#include "src/engine/pgw-translation.h"

#define OUTPUT_CHUNK (1 << 16)

typedef struct {
  char                 *format;
  char                **proc;
  char                **translate;      /* "TASK:ADDRESS" */
  gint64                to;
  gboolean              quiet;
  gboolean              overview;
  gboolean              lines;
  gboolean              locals;
  gint64                op;     /* from 1; 0 = all */
  gint64                from;
  const PgwEventWriter *writer; /* NULL = print no events */
} Options;

/* "maps:child" names the file of a task. */
static gboolean
proc_is_known (const char *name)
{
  const char *const *names = view_proc_names ();
  const char *colon = strchr (name, ':');
  g_autofree char *list = NULL;

  if (colon != NULL)
    {
      g_autofree char *file = g_strndup (name, (gsize) (colon - name));

      if (g_strv_contains (view_proc_task_names (), file) && colon[1] != '\0')
        return TRUE;
      list = g_strjoinv (", ", (char **) view_proc_task_names ());
      pgw_cli_complain (_("run: a task has no file “%s”; expected one of: %s"), name, list);
      return FALSE;
    }
  if (g_strv_contains (names, name))
    return TRUE;

  list = g_strjoinv (", ", (char **) names);
  pgw_cli_complain (_("run: there is no file “%s”; expected one of: %s"), name, list);
  return FALSE;
}

static gboolean
check_lines (const Options *options)
{
  if (!options->lines && (options->locals || options->op != 0 || options->from != 0))
    pgw_cli_complain (_("run: --locals, --op and --from belong to --lines"));
  else if (options->lines && (options->format != NULL || options->overview || options->quiet))
    pgw_cli_complain (_("run: --lines prints source lines instead of events; leave out --events, --overview and --quiet"));
  else if (options->op < 0)
    pgw_cli_complain (_("run: --op %ld: expected the number of an operation, from 1"), (long) options->op);
  else if (options->from < 0)
    pgw_cli_complain (_("run: --from %ld: expected the number of a step, from 0"), (long) options->from);
  else if (options->op > 0 && (options->from > 0 || options->to >= 0))
    pgw_cli_complain (_("run: --op and --from or --to exclude each other"));
  else if (options->to >= 0 && options->from > options->to)
    pgw_cli_complain (_("run: --from %ld lies behind --to %ld"), (long) options->from, (long) options->to);
  else
    return TRUE;

  return FALSE;
}

/* Complains and returns FALSE where the options do not make sense. */
static gboolean
check_options (Options *options)
{
  if (options->to < -1)
    {
      pgw_cli_complain (_("run: --to %ld: expected the number of a step, from 0"), (long) options->to);
      return FALSE;
    }
  if (!check_lines (options))
    return FALSE;
  for (char **name = options->proc; name != NULL && *name != NULL; name++)
    if (!proc_is_known (*name))
      return FALSE;

  if (options->lines)
    return TRUE;

  /* Who asks for a file only is not told the events too. */
  if (options->quiet || (options->format == NULL && (options->proc != NULL || options->translate != NULL)))
    return TRUE;

  options->writer = pgw_event_writer_by_name (options->format != NULL ? options->format : "text");
  if (options->writer == NULL)
    {
      pgw_cli_complain (_("run: --events %s: expected text, json or ftrace"), options->format);
      return FALSE;
    }

  return TRUE;
}

static void
write_out (GString *out)
{
  fwrite (out->str, 1, out->len, stdout);
  g_string_truncate (out, 0);
}

static void
print_events (const Options *options, PgwTimeline *timeline, guint64 last_step)
{
  g_autoptr (GString) out = g_string_sized_new (OUTPUT_CHUNK + 4096);
  guint64 position;

  options->writer->begin (out, timeline, last_step);
  position = pgw_timeline_get_position (timeline);
  for (guint64 step = 1; step <= last_step && !ferror (stdout); step++)
    {
      const PgwEventType *type = pgw_event_type (pgw_timeline_get_event (timeline, step)->id);

      if (options->overview && !type->overview)
        continue;
      options->writer->event (out, timeline, step);
      if (out->len >= OUTPUT_CHUNK)
        write_out (out);
    }
  write_out (out);
  pgw_timeline_seek (timeline, position);       /* writers may look at the machine as it was */
}

/* "maps:child", "maps:2" -> "2/maps"; complains and returns NULL where there is no such task. */
static char *
proc_path (PgwScenario *scenario, PgwTimeline *timeline, const char *name)
{
  const struct machine *machine = pgw_timeline_get_machine (timeline);
  const char *colon = strchr (name, ':');
  gint64 pid;
  struct view_task task;

  if (colon == NULL)
    return g_strdup (name);
  if (!g_ascii_string_to_signed (colon + 1, 10, 1, G_MAXINT32, &pid, NULL) &&
      !pgw_scenario_find_task (scenario, machine, colon + 1, &pid))
    pid = 0;
  if (pid != 0 && view_task (machine, (s32) pid, &task))
    return g_strdup_printf ("%d/%.*s", (int) pid, (int) (colon - name), name);
  pgw_cli_complain (_("run: --proc %s: there is no task “%s” at this step"), name, colon + 1);
  return NULL;
}

static gboolean
print_proc (const Options *options, PgwScenario *scenario, PgwTimeline *timeline)
{
  gboolean several = g_strv_length (options->proc) > 1;

  for (char **name = options->proc; *name != NULL; name++)
    {
      const struct machine *machine = pgw_timeline_get_machine (timeline);
      g_autofree char *path = proc_path (scenario, timeline, *name);
      g_autofree char *text = NULL;
      s64 size;

      if (path == NULL)
        return FALSE;
      size = view_proc (machine, path, NULL, 0);
      g_return_val_if_fail (size >= 0, FALSE);
      text = g_malloc ((gsize) size + 1);
      view_proc (machine, path, text, (gsize) size + 1);
      if (several)
        printf ("%s==> /proc/%s <==\n", name != options->proc ? "\n" : "", path);
      fputs (text, stdout);
    }
  return TRUE;
}

/* Which task is meant where none is named: the one whose operation it is, or the first with an address space. */
static gint32
preset_task (const struct machine *machine)
{
  struct view_task tasks[64];
  guint n = MIN (view_tasks (machine, tasks, G_N_ELEMENTS (tasks)), G_N_ELEMENTS (tasks));
  gint32 first = 0;

  for (guint i = 0; i < n; i++)
    {
      if (tasks[i].has_mm && tasks[i].is_current)
        return tasks[i].pid;
      if (tasks[i].has_mm && first == 0)
        first = tasks[i].pid;
    }
  return first;
}

static gboolean
print_translations (const Options *options, PgwScenario *scenario, PgwTimeline *timeline)
{
  const struct machine *machine = pgw_timeline_get_machine (timeline);

  for (char **wanted = options->translate; *wanted != NULL; wanted++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      gint32 pid = preset_task (machine);
      PgwTranslation translation;
      guint64 address;

      if (!pgw_translation_read (scenario, machine, *wanted, &pid, &address, &error))
        {
          pgw_cli_complain (_("run: --translate %s: %s"), *wanted, error->message);
          return FALSE;
        }
      if (!pgw_translation_init (&translation, machine, pid, address))
        return FALSE;
      text = pgw_translation_text (&translation);
      fputs (text, stdout);
    }
  return TRUE;
}

/* Source lines behind `from` up to `to`. */
static int
print_lines (const Options *options, PgwTimeline *timeline, guint64 length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwDebugInfo) info = pgw_debug_info_new (&error);
  guint64 from = (guint64) options->from, to = length;
  PgwOpRun run;

  if (info == NULL)
    {
      pgw_cli_complain ("run: %s", error->message);
      return PGW_EXIT_USAGE;
    }
  if (options->op > 0)
    {
      if (!pgw_timeline_get_op_run (timeline, (guint64) options->op - 1, &run))
        {
          pgw_cli_complain (_("run: --op %ld: there is no such operation, or it did not run"), (long) options->op);
          return PGW_EXIT_USAGE;
        }
      from = run.first_step - 1;
      to = run.last_step;
    }
  if (from > length)
    {
      pgw_cli_complain (_("run: --from %ld: the scenario ends at step %lu"), (long) options->from, (gulong) length);
      return PGW_EXIT_USAGE;
    }
  if (!HAVE_LINE_HOOKS)
    pgw_cli_complain (_("run: this program was built without line hooks; only the lines of events are known"));

  pgw_line_listing_print (timeline, info, from, to, options->locals);
  return PGW_EXIT_GOOD;
}

static int
run_scenario (const Options *options, const char *path)
{
  g_autoptr (PgwScenario) scenario = pgw_cli_open (path);
  g_autoptr (PgwTimeline) timeline = scenario != NULL ? pgw_cli_start (scenario, path) : NULL;
  guint64 length;

  if (timeline == NULL)
    return PGW_EXIT_USAGE;

  if (options->to != 0)
    pgw_timeline_record (timeline, options->to > 0 ? (guint64) options->to : 0);
  length = pgw_timeline_get_length (timeline);
  if (options->to > 0 && (guint64) options->to > length)
    {
      pgw_cli_complain (_("run: --to %ld: the scenario ends at step %lu"), (long) options->to, (gulong) length);
      return PGW_EXIT_USAGE;
    }
  if (options->to >= 0)
    {
      length = (guint64) options->to;
      pgw_timeline_seek (timeline, length);
    }

  if (options->lines && print_lines (options, timeline, length) != PGW_EXIT_GOOD)
    return PGW_EXIT_USAGE;
  if (options->writer != NULL)
    print_events (options, timeline, length);
  if (options->proc != NULL && !print_proc (options, scenario, timeline))
    return PGW_EXIT_USAGE;
  if (options->translate != NULL && !print_translations (options, scenario, timeline))
    return PGW_EXIT_USAGE;
  if (pgw_timeline_is_stopped (timeline) && length == pgw_timeline_get_length (timeline))
    {
      pgw_cli_complain (_("run: the machine stopped at a bug, at step %lu"), (gulong) length);
      return PGW_EXIT_FAILED;
    }

  return PGW_EXIT_GOOD;
}

int
pgw_cmd_run (int argc, char **argv)
{
  Options options = { .to = -1 };
  const GOptionEntry entries[] = {
    { "events", 'e', 0, G_OPTION_ARG_STRING, &options.format,
      N_("How to print the events: text (the default), json (an object a line) or ftrace"), N_("FORMAT") },
    { "proc", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &options.proc,
      N_("Print a file of the machine’s /proc, as buddyinfo, or of a task, as maps:child; can be repeated"), N_("NAME") },
    { "translate", 'x', 0, G_OPTION_ARG_STRING_ARRAY, &options.translate,
      N_("Tell how an address is translated, as child:heap+4K or 0x7f0000001000; can be repeated"), N_("[TASK:]ADDRESS") },
    { "to", 't', 0, G_OPTION_ARG_INT64, &options.to, N_("Run up to this step only"), N_("STEP") },
    { "lines", 'l', 0, G_OPTION_ARG_NONE, &options.lines, N_("Print the lines of the core’s source that ran"), NULL },
    { "locals", 'L', 0, G_OPTION_ARG_NONE, &options.locals, N_("With --lines: variables where they change"), NULL },
    { "op", 'O', 0, G_OPTION_ARG_INT64, &options.op, N_("With --lines: only this operation, from 1"), N_("N") },
    { "from", 'f', 0, G_OPTION_ARG_INT64, &options.from, N_("With --lines: only what comes after this step"), N_("STEP") },
    { "overview", 'o', 0, G_OPTION_ARG_NONE, &options.overview, N_("Leave out the details"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, N_("Print no events"), NULL },
    G_OPTION_ENTRY_NULL
  };
  int status = PGW_EXIT_USAGE;

  if (pgw_cli_parse ("run", entries, 1, 1, &argc, &argv) && check_options (&options))
    status = run_scenario (&options, argv[1]);

  g_free (options.format);
  g_strfreev (options.proc);
  g_strfreev (options.translate);
  return status;
}
