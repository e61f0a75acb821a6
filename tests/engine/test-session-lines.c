/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession at source lines: stepping, breakpoints, watches and counts,
 * compared with a table of every line made by standing at each of them.
 */
#include "config.h"

#include "src/engine/pgw-session.h"
#include "src/engine/pgw-source.h"
#include "src/engine/pgw-value.h"

static const char script[] =
  "{ \"pagewalk\": 1, \"title\": \"Test\", \"machine\": { \"ram\": \"16M\" }, \"script\": ["
  "  { \"op\": \"alloc_pages\", \"order\": 4, \"gfp\": \"GFP_KERNEL\", \"as\": \"a\" },"
  "  { \"op\": \"alloc_pages\", \"order\": 0, \"gfp\": \"GFP_HIGHUSER_MOVABLE\", \"as\": \"b\" },"
  "  { \"op\": \"free_pages\", \"of\": \"a\" },"
  "  { \"op\": \"alloc_pages\", \"order\": 5, \"gfp\": \"GFP_KERNEL\", \"as\": \"c\" },"
  "  { \"op\": \"free_pages\", \"of\": \"c\" },"
  "  { \"op\": \"free_pages\", \"of\": \"b\" } ] }";

#define MAX_CALLS 32

typedef struct {
  PgwFrame call[MAX_CALLS];
  guint64 caller[MAX_CALLS];    /* return address of each */
  guint n;
  guint64 position;
} Line;

typedef struct {
  PgwSession *session;
  PgwTimeline *timeline;
  PgwDebugInfo *info;
  Line *line;                   /* from 1 */
  guint64 n;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (script, -1, "test.json", NULL, &error);

  g_assert_no_error (error);
  self->session = pgw_session_new ();
  g_assert_true (pgw_session_set_scenario (self->session, scenario, &error));
  g_assert_no_error (error);
  pgw_session_finish (self->session);
  self->timeline = pgw_session_get_timeline (self->session);
  self->info = pgw_session_get_debug_info (self->session, &error);
  g_assert_no_error (error);

  self->n = pgw_timeline_get_n_source_lines (self->timeline);
  self->line = g_new0 (Line, self->n + 1);
  for (guint64 i = 1; i <= self->n; i++)
    {
      Line *line = &self->line[i];

      pgw_timeline_seek_source_line (self->timeline, i);
      line->n = pgw_locals_unwind (self->info, self->timeline, line->call, MAX_CALLS);
      line->position = pgw_timeline_get_position (self->timeline);
      for (guint k = 0; k < line->n; k++)
        line->caller[k] = ((const guint64 *) (guintptr) line->call[k].frame)[1];
    }
  pgw_timeline_seek (self->timeline, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->session);
  g_free (self->line);
}

#if HAVE_LINE_HOOKS
static guint64
random_line (Fixture *self)
{
  return 1 + (guint64) g_test_rand_int_range (0, (gint32) self->n);
}

static void
stand_at (Fixture *self, guint64 line)
{
  pgw_session_seek_source_line (self->session, line);
  g_assert_cmpuint (pgw_session_get_source_line (self->session), ==, line);
  g_assert_cmpuint (pgw_session_get_position (self->session), ==, self->line[line].position);
}

/* ---- Stepping ---- */

/* One by one from the beginning to the end and back. */
static void
test_into (Fixture *self, gconstpointer data)
{
  PgwSession *session = self->session;
  guint64 length = pgw_session_get_length (session);

  pgw_session_set_granularity (session, PGW_GRANULARITY_LINE);
  for (guint64 i = 1; i <= self->n; i++)
    {
      g_assert_true (i % 2 ? pgw_session_step_line (session, PGW_LINE_INTO, PGW_DIRECTION_FORWARD)
                           : pgw_session_step (session, PGW_DIRECTION_FORWARD));
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, i);
      g_assert_cmpuint (pgw_session_get_position (session), ==, self->line[i].position);
    }
  g_assert_true (pgw_session_step (session, PGW_DIRECTION_FORWARD));
  g_assert_cmpuint (pgw_session_get_source_line (session), ==, 0);
  g_assert_cmpuint (pgw_session_get_position (session), ==, length);
  g_assert_false (pgw_session_step (session, PGW_DIRECTION_FORWARD));

  for (guint64 i = self->n; i > 0; i--)
    {
      g_assert_true (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, i);
    }
  g_assert_true (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
  g_assert_cmpuint (pgw_session_get_position (session), ==, 0);
  g_assert_false (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
}

static gboolean
is_call_of (const Line *line, guint skip, const Line *other)
{
  for (guint i = skip; i < line->n; i++)
    if (other->call[0].frame == line->call[i].frame && other->caller[0] == line->caller[i])
      return TRUE;
  return FALSE;
}

static guint64
expect_step (Fixture *self, guint64 from, guint skip, PgwDirection direction)
{
  guint64 line = from;

  do
    line += direction;
  while (line >= 1 && line <= self->n && !is_call_of (&self->line[from], skip, &self->line[line]));
  return line > self->n ? 0 : line;
}

static void
test_over_and_out (Fixture *self, gconstpointer data)
{
  guint n_undone = 0;

  for (guint i = 0; i < 400; i++)
    {
      guint64 from = random_line (self), to;
      PgwDirection direction = i % 2 ? PGW_DIRECTION_FORWARD : PGW_DIRECTION_BACKWARD;
      gboolean out = i % 4 >= 2 && self->line[from].n > 1;

      stand_at (self, from);
      pgw_session_step_line (self->session, out ? PGW_LINE_OUT : PGW_LINE_OVER, direction);
      to = expect_step (self, from, out, direction);
      g_assert_cmpuint (pgw_session_get_source_line (self->session), ==, to);

      /* within a call, the way back is the way there */
      if (!out && to > 0 && is_call_of (&self->line[to], 0, &self->line[from]) &&
          self->line[to].call[0].frame == self->line[from].call[0].frame)
        {
          pgw_session_step_line (self->session, PGW_LINE_OVER, -direction);
          g_assert_cmpuint (pgw_session_get_source_line (self->session), ==, from);
          n_undone++;
        }
      /* a caller's line from inside is that of the call */
      if (out && direction == PGW_DIRECTION_BACKWARD && to > 0 && self->line[to].n == self->line[from].n - 1)
        g_assert_cmpint (self->line[to].call[0].place.line, ==, self->line[from].call[1].place.line);
    }
  g_assert_cmpuint (n_undone, >, 50);
}

/* An event lies behind the lines begun before it and before those after it. */
static void
test_from_events (Fixture *self, gconstpointer data)
{
  PgwSession *session = self->session;

  for (guint64 step = 1; step < pgw_session_get_length (session); step++)
    {
      guint64 line = pgw_timeline_get_event (self->timeline, step)->source_line;

      pgw_session_seek (session, step);
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, 0);
      pgw_session_step_line (session, PGW_LINE_INTO, PGW_DIRECTION_FORWARD);
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, line + 1);

      pgw_session_set_granularity (session, PGW_GRANULARITY_EVENT);
      pgw_session_step (session, PGW_DIRECTION_BACKWARD);
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, 0);
      g_assert_cmpuint (pgw_session_get_position (session), ==, step);
      pgw_session_step_line (session, PGW_LINE_INTO, PGW_DIRECTION_BACKWARD);
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, line);
    }
}

static void
count_cb (PgwSession *session, guint64 from, guint64 to, gpointer data)
{
  ++*(guint *) data;
}

static void
notify_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

static void
test_signals (Fixture *self, gconstpointer data)
{
  guint n_moved = 0, n_position = 0, n_line = 0;

  pgw_session_seek (self->session, 1);
  g_signal_connect (self->session, "moved", G_CALLBACK (count_cb), &n_moved);
  g_signal_connect (self->session, "notify::position", G_CALLBACK (notify_cb), &n_position);
  g_signal_connect (self->session, "notify::source-line", G_CALLBACK (notify_cb), &n_line);
  pgw_session_step_line (self->session, PGW_LINE_INTO, PGW_DIRECTION_FORWARD);
  g_assert_cmpuint (n_moved, ==, 1);
  g_assert_cmpuint (n_position, ==, 0);
  g_assert_cmpuint (n_line, ==, 1);
  pgw_session_seek (self->session, 1);
  g_assert_cmpuint (n_moved, ==, 2);
  g_assert_cmpuint (n_line, ==, 2);
  g_assert_false (pgw_session_seek_source_line (self->session, 0));
  g_assert_false (pgw_session_seek_source_line (self->session, self->n + 1));
  g_assert_cmpuint (n_moved, ==, 2);
}

/* ---- Breakpoints ---- */

/* Whether a breakpoint is met; a search that goes on in slices, as on a busy machine, is waited for. */
static gboolean
breaks (PgwSession *session, PgwDirection direction)
{
  guint64 position = pgw_session_get_position (session), line = pgw_session_get_source_line (session);

  if (!pgw_session_run_to_breakpoint (session, direction))
    return FALSE;
  pgw_session_finish (session);
  return pgw_session_get_position (session) != position || pgw_session_get_source_line (session) != line;
}

/* Runs from end to end both ways; every stop must be a line for which `hits` is set. */
static void
check_breakpoint (Fixture *self, const char *condition, const gboolean *hits, guint at_least)
{
  g_autoptr (GError) error = NULL;
  guint id = pgw_session_add_breakpoint (self->session, condition, &error), n = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (id, >, 0);
  pgw_session_seek (self->session, 0);
  for (guint64 line = 1; line <= self->n; line++)
    if (hits[line])
      {
        g_assert_true (breaks (self->session, PGW_DIRECTION_FORWARD));
        g_assert_cmpuint (pgw_session_get_source_line (self->session), ==, line);
        n++;
      }
  g_assert_cmpuint (n, >=, at_least);
  g_assert_false (breaks (self->session, PGW_DIRECTION_FORWARD));

  pgw_session_seek (self->session, pgw_session_get_length (self->session));
  for (guint64 line = self->n; line >= 1; line--)
    if (hits[line])
      {
        g_assert_true (pgw_session_run_to (self->session, condition, PGW_DIRECTION_BACKWARD, &error));
        pgw_session_finish (self->session);
        g_assert_cmpuint (pgw_session_get_source_line (self->session), ==, line);
      }
  g_assert_false (breaks (self->session, PGW_DIRECTION_BACKWARD));
  pgw_session_remove_breakpoint (self->session, id);
}

static void
test_break_at_line (Fixture *self, gconstpointer data)
{
  g_autofree gboolean *hits = g_new0 (gboolean, self->n + 1);
  const PgwHook *entry = pgw_debug_info_get_entry (self->info, "expand");
  g_autofree char *condition = NULL;

  g_assert_nonnull (entry);
  condition = g_strdup_printf ("line %s:%d", entry->place.file + 3, entry->place.line + 2);
  for (guint64 i = 1; i <= self->n; i++)
    hits[i] = g_str_equal (self->line[i].call[0].place.file, entry->place.file) &&
              self->line[i].call[0].place.line ==
                pgw_debug_info_next_code_line (self->info, entry->place.file, entry->place.line + 2);
  check_breakpoint (self, condition, hits, 2);

  for (guint64 i = 1; i <= self->n; i++)
    hits[i] = self->line[i].call[0].pc == entry->pc;
  check_breakpoint (self, "function expand", hits, 2);
}

/* Of a line and an event the nearer one stops, in both directions. */
static void
test_break_mixed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean had_event = FALSE, had_line = FALSE;
  PgwSession *session = self->session;

  pgw_session_add_breakpoint (session, "function expand", &error);
  pgw_session_add_breakpoint (session, "event expand", &error);
  g_assert_no_error (error);
  for (int way = 0; way < 2; way++)
    {
      PgwDirection direction = way ? PGW_DIRECTION_BACKWARD : PGW_DIRECTION_FORWARD;
      guint n = 0;

      while (breaks (session, direction))
        {
          if (pgw_session_get_source_line (session) > 0)
            had_line = g_str_equal (self->line[pgw_session_get_source_line (session)].call[0].place.function, "expand");
          else
            had_event = pgw_timeline_get_event (self->timeline, pgw_session_get_position (session))->id == TRACE_expand;
          g_assert_true (pgw_session_get_source_line (session) > 0 ? had_line : had_event);
          n++;
        }
      g_assert_cmpuint (n, >=, 4);
    }
  g_assert_true (had_line && had_event);
}

/* The value in the innermost call of a function at a line; NULL if it has none. */
static char *
value_at (Fixture *self, guint64 line, const char *function, const char *expression, guint64 *frame)
{
  for (guint i = 0; i < self->line[line].n; i++)
    if (g_str_equal (self->line[line].call[i].place.function, function))
      {
        g_autoptr (PgwLocal) local = NULL;
        guint64 value;

        pgw_timeline_seek_source_line (self->timeline, line);
        local = pgw_locals_evaluate (self->info, self->timeline, &self->line[line].call[i], expression, NULL);
        *frame = self->line[line].call[i].frame ^ self->line[line].caller[i];
        if (!local || !local->variable->is_set || !pgw_variable_get_scalar (local->variable, &value))
          return NULL;
        return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
      }
  return NULL;
}

static void
check_watch (Fixture *self, const char *function, const char *expression, guint at_least)
{
  g_autofree gboolean *hits = g_new0 (gboolean, self->n + 1);
  g_autofree char *condition = g_strdup_printf ("watch %s in %s", expression, function);
  g_autofree char *before = NULL;
  guint64 frame_before = 0;

  for (guint64 i = 1; i <= self->n; i++)
    {
      guint64 frame = 0;
      char *value = value_at (self, i, function, expression, &frame);

      hits[i] = value && before && frame == frame_before && !g_str_equal (value, before);
      g_free (before);
      before = value;
      frame_before = frame;
    }
  pgw_timeline_seek (self->timeline, 0);
  pgw_session_seek (self->session, 1);
  check_breakpoint (self, condition, hits, at_least);
}

static void
test_watch (Fixture *self, gconstpointer data)
{
  check_watch (self, "expand", "high", 4);
  check_watch (self, "expand", "zone->free_area[5].nr_free", 1);
  /* through a pointer to a variable of a caller */
  check_watch (self, "prepare_alloc_pages", "ac->highest_zoneidx", 1);
  check_watch (self, "__rmqueue_smallest", "current_order", 4);
}

static void
test_conditions_refused (Fixture *self, gconstpointer data)
{
  static const struct {
    const char *condition;
    const char *complaint;
  } bad[] = {
    { "line", "column 5" },
    { "line page_alloc.c", "page_alloc.c:412" },
    { "line :3", "page_alloc.c:412" },
    { "line page_alloc.c:0", "page_alloc.c:412" },
    { "line nothing.c:3", "nothing.c" },
    { "line page_alloc.c:99999", "99999" },
    { "line page_alloc.c:9 now", "end of the condition" },
    { "function", "name of a function" },
    { "function no_such", "no_such" },
    { "watch", "variable" },
    { "watch in expand", "variable" },
    { "watch high in", "name of a function" },
    { "watch high in no_such", "no_such" },
    { "watch nothing in expand", "nothing" },
    { "watch zone->nothing in expand", "column 5" },
    { "watch zone->[ in expand", "column" },
    { "watch high", "no function is under way" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (pgw_session_add_breakpoint (self->session, bad[i].condition, &error), ==, 0);
      g_assert_nonnull (error);
      g_assert_nonnull (g_strstr_len (error->message, -1, bad[i].complaint));
    }
  g_assert_cmpuint (g_list_model_get_n_items (pgw_session_get_breakpoints (self->session)), ==, 0);
}

/* ---- What ran and what will ---- */

/* How often each line of a file ran in an operation: the session's counts against those of the walk. Lines that ran. */
static guint
compare_counts (Fixture *self, const PgwOpRun *run, const char *file)
{
  g_autoptr (GArray) counts = pgw_session_get_line_counts (self->session, file);
  g_autofree guint32 *expected = g_new0 (guint32, 2000);
  guint total = 0;

  g_assert_cmpuint (pgw_session_get_position (self->session), ==, run->first_step);
  for (guint64 i = 1; i <= self->n; i++)
    if (self->line[i].position >= run->first_step - 1 && self->line[i].position < run->last_step &&
        g_str_equal (self->line[i].call[0].place.file, file))
      expected[self->line[i].call[0].place.line]++;
  for (guint i = 0; i < 2000; i++)
    {
      g_assert_cmpuint (i < counts->len ? g_array_index (counts, guint32, i) : 0, ==, expected[i]);
      total += expected[i];
    }
  return total;
}

static void
test_counts (Fixture *self, gconstpointer data)
{
  for (guint64 op = 0; op < 6; op++)
    {
      PgwOpRun run;

      g_assert_true (pgw_timeline_get_op_run (self->timeline, op, &run));
      pgw_session_seek (self->session, run.first_step);
      /* Each operation allocates or frees. */
      g_assert_cmpuint (compare_counts (self, &run, "mm/page_alloc.c") + compare_counts (self, &run, "mm/page_free.c"), >, 0);
    }
}

static void
test_next_lines (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    {
      guint64 line = random_line (self);
      PgwPlace places[3];
      guint n;

      stand_at (self, line);
      n = pgw_session_get_next_lines (self->session, places, 3);
      g_assert_cmpuint (n, ==, MIN (3, self->n - line));
      for (guint k = 0; k < n; k++)
        {
          g_assert_cmpint (places[k].line, ==, self->line[line + 1 + k].call[0].place.line);
          g_assert_cmpstr (places[k].file, ==, self->line[line + 1 + k].call[0].place.file);
        }
      g_assert_cmpuint (pgw_timeline_get_source_line (self->timeline), ==, line);
      g_assert_true (pgw_timeline_is_at_source_line (self->timeline));
    }
}

/* Every line that ran carries code, and its text can be read. */
static void
test_sources (Fixture *self, gconstpointer data)
{
  g_autofree char *source = NULL;

  for (guint64 i = 1; i <= self->n; i += 7)
    {
      const PgwPlace *place = &self->line[i].call[0].place;
      g_auto (GStrv) lines = pgw_source_load_lines (place->file);

      g_assert_cmpint (pgw_debug_info_next_code_line (self->info, place->file, place->line), ==, place->line);
      g_assert_nonnull (lines);
      g_assert_cmpuint (g_strv_length (lines), >=, (guint) place->line);
    }
  g_assert_null (pgw_source_find ("mm/../meson.build"));
  g_assert_null (pgw_source_find ("meson.build"));
  g_assert_null (pgw_source_find ("mm/hw/../mmzone.h"));
  g_assert_null (pgw_source_find ("mm/hw/"));
  source = pgw_source_find ("mm/hw/mmu.c");
  g_assert_nonnull (source);
}

#else
/* ---- Without line hooks ---- */

static void
test_without (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PgwSession *session = self->session;
  g_autoptr (GArray) counts = NULL;
  PgwPlace place;
  PgwFrame frame;

  g_assert_cmpuint (self->n, ==, 0);
  g_assert_false (pgw_session_has_source_lines (session));
  pgw_session_set_granularity (session, PGW_GRANULARITY_LINE);
  for (guint64 step = 1; step <= pgw_session_get_length (session); step++)
    {
      g_assert_true (pgw_session_step (session, PGW_DIRECTION_FORWARD));
      g_assert_cmpuint (pgw_session_get_position (session), ==, step);
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, 0);
    }
  pgw_session_seek (session, 2);
  g_assert_cmpuint (pgw_session_get_stack (session, &frame, 1), ==, 1);
  g_assert_cmpuint (pgw_session_get_next_lines (session, &place, 1), ==, 1);
  g_assert_true (pgw_session_step_line (session, PGW_LINE_INTO, PGW_DIRECTION_FORWARD));
  g_assert_cmpuint (pgw_session_get_position (session), ==, 3);
  g_assert_true (pgw_session_step_line (session, PGW_LINE_OVER, PGW_DIRECTION_FORWARD));
  g_assert_cmpuint (pgw_timeline_get_event (self->timeline, pgw_session_get_position (session))->depth, <=,
                    pgw_timeline_get_event (self->timeline, 3)->depth);
  counts = pgw_session_get_line_counts (session, "mm/page_alloc.c");
  g_assert_cmpuint (counts->len, ==, 0);
  g_assert_cmpuint (pgw_session_add_breakpoint (session, "function expand", &error), ==, 0);
  g_assert_nonnull (error);
}

#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/session-lines/" name, Fixture, NULL, set_up, func, tear_down)
#if HAVE_LINE_HOOKS
  ADD ("into", test_into);
  ADD ("over-and-out", test_over_and_out);
  ADD ("from-events", test_from_events);
  ADD ("signals", test_signals);
  ADD ("break-at-line", test_break_at_line);
  ADD ("break-mixed", test_break_mixed);
  ADD ("watch", test_watch);
  ADD ("conditions-refused", test_conditions_refused);
  ADD ("counts", test_counts);
  ADD ("next-lines", test_next_lines);
  ADD ("sources", test_sources);
#else
  ADD ("without", test_without);
#endif
  return g_test_run ();
}
