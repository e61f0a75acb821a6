/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checking expectations: the number that a statement is about is read from
 * the machine, as it stands after the operation, and compared.
 */
#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "pgw-expect-private.h"
#include "pgw-leaks.h"
#include "pgw-scenario-object.h"

#include "mm/sched.h"

/* The page frame that a slot of the operation holds or held last. */
static gboolean
slot_pfn (const PgwExpectCheck *check,
          guint32      index,
          guint64     *pfn)
{
  struct mm_slot slot;

  view_slot (check->machine, check->op->slot + index, &slot);
  *pfn = slot.value;
  return slot.state != SLOT_EMPTY;
}

static gboolean
read_page (const PgwExpectCheck     *check,
           const PgwExpect *expect,
           gint64          *value)
{
  struct view_page page;
  guint64 pfn = expect->pfn;

  if (expect->kind != EXPECT_BLOCK_TYPE && !slot_pfn (check, 0, &pfn))
    return FALSE;
  if (!view_page (check->machine, pfn, &page))
    return FALSE;
  *value = expect->kind == EXPECT_REFCOUNT ? page.refcount : page.block_type;
  return TRUE;
}

static gboolean
read_zone_value (const PgwExpectCheck     *check,
                 const PgwExpect *expect,
                 gint64          *value)
{
  struct view_zone zone;

  /* Only this one looks at the lists themselves. */
  if (!(expect->kind == EXPECT_FREE_LIST ? view_zone : view_zone_brief) (check->machine, expect->zone, &zone))
    return FALSE;
  switch (expect->kind)
    {
    case EXPECT_FREE:
      *value = zone.nr_free[expect->index];
      return TRUE;
    case EXPECT_FREE_LIST:
      *value = zone.nr_free_mt[expect->index][expect->type];
      return TRUE;
    case EXPECT_ZONE_FREE_PAGES:
      *value = zone.free_exact;
      return TRUE;
    case EXPECT_WATERMARK:
      *value = expect->index < 3 ? zone.wmark[expect->index] : zone.boost;
      return TRUE;
    case EXPECT_LOWMEM_RESERVE:
      *value = zone.lowmem_reserve[expect->index];
      return TRUE;
    case EXPECT_HIGHATOMIC:
      *value = zone.nr_reserved_highatomic;
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
read_pcp_value (const PgwExpectCheck     *check,
                const PgwExpect *expect,
                gint64          *value)
{
  struct view_pcp pcp;

  if (!view_pcp (check->machine, expect->zone, expect->index, &pcp))
    return FALSE;
  switch (expect->kind)
    {
    case EXPECT_PCP_COUNT:
      *value = pcp.count;
      return TRUE;
    case EXPECT_PCP_HIGH:
      *value = pcp.high;
      return TRUE;
    case EXPECT_PCP_BATCH:
      *value = pcp.batch;
      return TRUE;
    case EXPECT_PCP_FREE_FACTOR:
      *value = pcp.free_factor;
      return TRUE;
    case EXPECT_PCP_LIST:
      *value = pcp.nr_list[expect->type];
      return TRUE;
    default:
      return FALSE;
    }
}

const char *const pgw_expect_slab_words[] = {
  "used", "active_objs", "num_objs", "slabs", "active_slabs", "cpu_arrays", "shared_array", "alien_arrays", "size",
  "objects_per_slab", "order", "colours", "limit", "batchcount", "waste", "errors", NULL
};

static gboolean
read_slab_value (const PgwExpectCheck *check,
                 const PgwExpect *expect,
                 gint64          *value)
{
  struct view_kmem_cache c;
  guint32 id = view_find_kmem_cache (check->machine, expect->cache);

  if (id == 0 || !view_kmem_cache (check->machine, id, &c))
    return FALSE;

  const guint64 values[] = {
    c.used, c.active_objs, c.num_objs, c.num_slabs, c.active_slabs, c.in_cpu_arrays, c.shared_avail, c.in_alien_arrays,
    c.size, c.num, c.order, c.colour, c.limit, c.batchcount, c.waste, c.errors
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (values) + 1 == G_N_ELEMENTS (pgw_expect_slab_words));
  *value = values[expect->index];
  return TRUE;
}

static gboolean
count_events (const PgwExpectCheck     *check,
              const PgwExpect *expect,
              gint64          *value)
{
  if (check->timeline == NULL)
    return FALSE;
  *value = 0;
  for (guint64 step = check->run->first_step; step <= check->run->last_step; step++)
    {
      const PgwEvent *event = pgw_timeline_get_event (check->timeline, step);
      if (event && event->id == expect->index)
        (*value)++;
    }
  return TRUE;
}

/* The number a statement is about; FALSE where there is none. */
static gboolean
read_value (const PgwExpectCheck     *check,
            const PgwExpect *expect,
            gint64          *value)
{
  struct view_machine machine;
  guint64 pfn;

  switch (expect->kind)
    {
    case EXPECT_RESULT:
    case EXPECT_ERROR:
      *value = check->run->result;
      return check->run->finished;
    case EXPECT_PFN:
      if (!slot_pfn (check, expect->index, &pfn))
        return FALSE;
      *value = pfn;
      return TRUE;
    case EXPECT_REFCOUNT:
    case EXPECT_BLOCK_TYPE:
    case EXPECT_OWN_BLOCK_TYPE:
      return read_page (check, expect, value);
    case EXPECT_FREE_PAGES:
    case EXPECT_BUG:
      view_machine (check->machine, &machine);
      *value = expect->kind == EXPECT_BUG ? machine.stopped : (gint64) machine.free_pages;
      return TRUE;
    case EXPECT_BUG_REASON:
      view_machine (check->machine, &machine);
      *value = machine.stop_reason;
      return machine.stopped;
    case EXPECT_COUNTER:
      *value = view_counter (check->machine, expect->index);
      return TRUE;
    case EXPECT_SLAB:
      return read_slab_value (check, expect, value);
    case EXPECT_LEAKS:
      *value = view_leaks (check->machine, FALSE, NULL, 0);
      return TRUE;
    case EXPECT_EVENTS:
      return count_events (check, expect, value);
    case EXPECT_PCP_COUNT:
    case EXPECT_PCP_HIGH:
    case EXPECT_PCP_BATCH:
    case EXPECT_PCP_FREE_FACTOR:
    case EXPECT_PCP_LIST:
      return read_pcp_value (check, expect, value);
    default:
      return expect->kind >= EXPECT_ADDRESS ? pgw_expect_read_task_value (check, expect, value)
                                            : read_zone_value (check, expect, value);
    }
}

static char *
show_value (Show   show,
            gint64 value)
{
  switch (show)
    {
    case SHOW_PFN:
    case SHOW_HEX:
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", value);
    case SHOW_TYPE:
      return g_strdup (view_migratetype_name (value));
    case SHOW_BOOLEAN:
      return g_strdup (value ? "true" : "false");
    case SHOW_BUG:
      return g_strdup (view_bug_name ((guint32) value));
    case SHOW_RESULT:
      if (value < 0 && view_errno_name (value))
        return g_strdup (view_errno_name (value));
      return g_strdup_printf ("%" G_GINT64_FORMAT, value);
    case SHOW_SIGNAL:
    case SHOW_CODE:
      {
        const char *name = show == SHOW_SIGNAL ? pgw_expect_signal_name (value) : pgw_expect_code_name (value);
        return name ? g_strdup (name) : g_strdup_printf ("%" G_GINT64_FORMAT, value);
      }
    case SHOW_TASK_STATE:
      return g_strdup (value == TASK_RUNNING         ? "running"
                       : value == TASK_INTERRUPTIBLE ? "sleeping"
                       : value == EXIT_ZOMBIE        ? "zombie"
                                                     : "dead");
    case SHOW_NUMBER:
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, value);
    }
}

static char *
show_bounds (const PgwExpect *expect)
{
  g_autofree char *min = show_value (expect->show, expect->min);
  g_autofree char *max = show_value (expect->show, expect->max);

  if (expect->min == expect->max)
    return g_steal_pointer (&min);
  if (expect->kind == EXPECT_RESULT && expect->min == 0 && expect->max == G_MAXINT64)
    return g_strdup (_("no error"));
  if (expect->max == G_MAXINT64)
    return g_strdup_printf (_("at least %s"), min);
  if (expect->min == G_MININT64)
    return g_strdup_printf (_("at most %s"), max);
  return g_strdup_printf (_("%s to %s"), min, max);
}

/* Where there is no value to compare. */
static const char *
show_missing (const PgwExpect *expect)
{
  switch (expect->kind)
    {
    case EXPECT_SLAB:
      return _("no such cache");
    case EXPECT_MEMORY:
      return _("no page there");
    case EXPECT_SMAPS:
      return _("no mapping there");
    default:
      return _("nothing");
    }
}

static void
check_one (const PgwExpectCheck     *check,
           const PgwExpect *expect,
           guint64          op,
           GArray          *results)
{
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;
  PgwExpectResult result = {
    .op = op,
    .line = expect->line,
    .column = expect->column,
    .pointer = g_strdup (expect->pointer),
  };

  if (expect->kind == EXPECT_ADDRESS || expect->kind == EXPECT_SIGNAL_ADDRESS || expect->kind >= EXPECT_VMAS ||
      expect->kind == EXPECT_PAGE_SAME || expect->kind == EXPECT_PAGE_OTHER)
    result.held = pgw_expect_check_text (check, expect, &expected, &found);
  else
    {
      gint64 value = 0;
      gboolean known = read_value (check, expect, &value);

      expected = show_bounds (expect);
      found = known ? show_value (expect->show, value) : g_strdup (show_missing (expect));
      result.held = known && value >= expect->min && value <= expect->max;
    }

  /* Translators: what a scenario expects: "free[Normal][4]: expected 3, found 2" */
  result.message = g_strdup_printf (_("%s: expected %s, found %s"), expect->subject, expected, found);
  g_array_append_val (results, result);
}

/* What no statement was about: the place of the operation stands for it. Takes the message. */
static void
add_unexpected (const PgwEntry *entry,
                guint64 op,
                char *message,
                GArray *results)
{
  PgwExpectResult result = {
    .op = op,
    .line = entry->node ? entry->node->line : 0,
    .column = entry->node ? entry->node->column : 0,
    .pointer = entry->node ? pgw_json_pointer (entry->source, entry->node) : g_strdup ("/"),
    .held = FALSE,
    .message = message,
  };

  g_array_append_val (results, result);
}

static gboolean
says_one_of (GPtrArray *expects,
             guint64 kinds)
{
  for (guint i = 0; expects && i < expects->len; i++)
    {
      const PgwExpect *expect = g_ptr_array_index (expects, i);

      if (expect->kind < 64 && (kinds >> expect->kind & 1))
        return TRUE;
    }
  return FALSE;
}

/* Does the operation itself, or a right answer to its question, say something of one of these kinds? */
static gboolean
entry_says (const PgwEntry *entry,
            guint64 kinds)
{
  if (says_one_of (entry->expects, kinds))
    return TRUE;
  for (guint i = 0; entry->question && i < entry->question->answers->len; i++)
    {
      const PgwAnswer *answer = g_ptr_array_index (entry->question->answers, i);

      if (answer->right && says_one_of (answer->expects, kinds))
        return TRUE;
    }
  return FALSE;
}

#define KIND(kind) (G_GUINT64_CONSTANT (1) << (kind))
#define OF_BUGS (KIND (EXPECT_BUG) | KIND (EXPECT_BUG_REASON))
#define OF_RESULTS (KIND (EXPECT_RESULT) | KIND (EXPECT_ERROR))
#define OF_SIGNALS (KIND (EXPECT_SIGNAL) | KIND (EXPECT_SIGNAL_CODE) | KIND (EXPECT_SIGNAL_ADDRESS))

/* A bug that nobody expected is a failure of its own. */
static void
check_no_bug (const PgwExpectCheck *check,
              const PgwEntry *entry,
              guint64 op,
              GArray *results)
{
  struct view_machine machine;

  view_machine (check->machine, &machine);
  if (entry_says (entry, OF_BUGS) || (!machine.stopped && check->run->finished))
    return;
  add_unexpected (entry, op, g_strdup (_("the machine stopped at a kernel bug that was not expected")), results);
}

/*
 * So is an error or a signal that a scenario says nothing about. A recording says what happened, not what should; and
 * what is done with a name whose allocation failed does nothing, which the core tells as ENOENT.
 */
static void
check_no_error (const PgwExpectCheck *check,
                const PgwEntry *entry,
                guint64 op,
                GArray *results)
{
  struct view_op_result result;
  gint64 error = check->run->result;
  char *message = NULL;

  if (!check->run->finished || entry->node == NULL || entry_says (entry, OF_RESULTS))
    return;
  view_op_result (check->machine, &result);
  if (result.sig != 0)
    {
      if (!entry_says (entry, OF_SIGNALS))
        message = g_strdup_printf (_("the task got the signal %s, which was not expected"),
                                   pgw_expect_signal_name (result.sig));
    }
  else if (error < 0 && error != -ENOENT && view_errno_name (error))
    message = g_strdup_printf (_("the operation failed with %s, which was not expected"), view_errno_name (error));
  if (message != NULL)
    add_unexpected (entry, op, message, results);
}

/* Nothing of a task stays when it has gone, whether a scenario asks for it or not. */
static void
check_task_leaks (const PgwExpectCheck *check,
                  const PgwEntry *entry,
                  guint64 op,
                  GArray *results)
{
  g_autoptr (GPtrArray) leaks = NULL;
  guint64 n;

  if ((check->op->kind != OP_exit && check->op->kind != OP_wait) || check->timeline == NULL ||
      !check->run->finished)
    return;
  leaks = pgw_leaks_find (check->timeline, TRUE, 100, &n);
  for (guint i = 0; i < leaks->len; i++)
    {
      g_autofree char *text = pgw_leak_describe (g_ptr_array_index (leaks, i));

      add_unexpected (entry, op, g_strdup_printf (_("the task left an object behind: %s"), text), results);
    }
}

/* The first of an answer's statements that is about a cache which is not there: it can neither hold nor fail.
 */
static const PgwExpect *
of_no_cache (const PgwExpectCheck *check,
             const PgwAnswer *answer)
{
  for (guint i = 0; answer->expects && i < answer->expects->len; i++)
    {
      const PgwExpect *expect = g_ptr_array_index (answer->expects, i);

      if (expect->kind == EXPECT_SLAB && view_find_kmem_cache (check->machine, expect->cache) == 0)
        return expect;
    }
  return NULL;
}

/* Of a right answer everything must hold; of a wrong one something must not. */
static void
check_answer (const PgwExpectCheck *check,
              const PgwEntry       *entry,
              const PgwAnswer      *answer,
              guint64               op,
              GArray               *results)
{
  guint first = results->len;

  for (guint i = 0; answer->expects && i < answer->expects->len; i++)
    check_one (check, g_ptr_array_index (answer->expects, i), op, results);
  for (guint i = first; i < results->len; i++)
    g_array_index (results, PgwExpectResult, i).of_answer = TRUE;
  if (answer->right || results->len == first)
    return;

  PgwExpectResult result = {
    .op = op,
    .line = answer->node->line,
    .column = answer->node->column,
    .pointer = pgw_json_pointer (entry->source, answer->node),
    .of_answer = TRUE,
  };

  const PgwExpect *nothing = of_no_cache (check, answer);

  for (guint i = first; nothing == NULL && i < results->len; i++)
    result.held |= !g_array_index (results, PgwExpectResult, i).held;
  g_array_set_size (results, first);
  if (nothing != NULL)
    result.message = g_strdup_printf (_("the wrong answer \"%s\" judges nothing: %s: no such cache"),
                                      pgw_text_get (&answer->text), nothing->subject);
  else
    result.message = g_strdup_printf (result.held ? _("the wrong answer \"%s\" does not hold")
                                                  : _("the wrong answer \"%s\": expected it not to hold, found that it does"),
                                      pgw_text_get (&answer->text));
  g_array_append_val (results, result);
}

void
pgw_scenario_check_op (PgwScenario          *self,
                       guint64               op,
                       const PgwOpRun       *run,
                       PgwTimeline          *timeline,
                       const struct machine *machine,
                       GArray               *results)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (op < pgw_script_n_ops (self->script));
  g_return_if_fail (run != NULL && machine != NULL && results != NULL);

  if (self->origin != NULL)
    return;     /* they were written about another machine */

  const PgwEntry *entry = pgw_script_entry (self->script, op);
  PgwExpectCheck check = { self->script, &pgw_script_ops (self->script)[op], run, timeline, machine };

  check_task_leaks (&check, entry, op, results);
  check_no_bug (&check, entry, op, results);
  check_no_error (&check, entry, op, results);
  for (guint i = 0; entry->expects && i < entry->expects->len; i++)
    check_one (&check, g_ptr_array_index (entry->expects, i), op, results);
  for (guint i = 0; entry->question && i < entry->question->answers->len; i++)
    check_answer (&check, entry, g_ptr_array_index (entry->question->answers, i), op, results);
}

void
pgw_expect_result_clear (PgwExpectResult *result)
{
  g_clear_pointer (&result->pointer, g_free);
  g_clear_pointer (&result->message, g_free);
}
