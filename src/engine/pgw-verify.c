/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One recording, step by step: the core carries out the step's operations,
 * and what it did is held against what the kernel did.
 *
 * Nothing of what the kernel did flows into a driver's machine but the
 * requests. What cannot be compared (because the recording breaks off, or the
 * machine stopped) counts as not agreeing.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-recording.h"
#include "pgw-replay.h"
#include "pgw-verify-private.h"
#include "mm/replay.h"

/* What the kernel's driver holds, so that a machine that was reloaded can be given the same. */
typedef struct {
  guint64 pfn;          /* PGW_NO_PFN: empty */
  guint   order;
} KernelSlot;

typedef struct {
  PgwVerifyResult  *result;
  guint             max_differences;
  PgwReplay        *replay;
  PgwVerifyMachine  machine;
  KernelSlot       *slots;              /* PGW_REPLAY_N_SLOTS */
  const PgwReplayStep *step;
  guint64           snapshot_number;
  gboolean          always_reload;
  gboolean          with_lru;           /* the recording tells of reclaim */
  GHashTable       *outcomes;
} Run;

static void
difference_free (gpointer data)
{
  PgwVerifyDifference *difference = data;

  g_free (difference->operation);
  g_free (difference->place);
  g_free (difference->kernel);
  g_free (difference->core);
  g_free (difference);
}

void
pgw_verify_result_free (PgwVerifyResult *result)
{
  if (result == NULL)
    return;
  g_free (result->name);
  g_ptr_array_unref (result->differences);
  g_clear_error (&result->error);
  g_free (result);
}

static gboolean
all (PgwVerifyCount count)
{
  return count.agreed == count.total;
}

gboolean
pgw_verify_result_agrees (const PgwVerifyResult *result)
{
  return result->error == NULL && result->n_differences == 0
         && all (result->allocations) && all (result->frees)
         && all (result->events) && all (result->free_lists) && all (result->lru_decisions);
}

/* ---- Differences ---- */

static char *
step_text (const Run *run)
{
  if (run->step->snapshot != NULL)
    return g_strdup_printf (_("snapshot %" PRIu64), run->snapshot_number);
  return pgw_record_to_text (&run->step->cause);
}

/* Takes the strings. */
static void
add_difference (gpointer data,
                char    *place,
                char    *kernel,
                char    *core)
{
  Run *run = data;
  PgwVerifyDifference *difference;

  if (run->result->n_differences++ >= run->max_differences)
    {
      g_free (place);
      g_free (kernel);
      g_free (core);
      return;
    }
  difference = g_new0 (PgwVerifyDifference, 1);
  difference->line = run->step->line;
  difference->operation = step_text (run);
  difference->place = place;
  difference->kernel = kernel;
  difference->core = core;
  g_ptr_array_add (run->result->differences, difference);
}

/* ---- What the kernel did against what the core did ---- */

typedef enum {
  CATEGORY_ALL,
  CATEGORY_ALLOCATIONS,
  CATEGORY_FREES,
  CATEGORY_EVENTS,
  CATEGORY_LRU,
} Category;

static Category
category_of (const PgwRecord *record)
{
  switch ((int) record->kind)
    {
    case PGW_RECORD_ALLOCATED:
    case PGW_RECORD_BULK_PAGE:
      return CATEGORY_ALLOCATIONS;
    case PGW_RECORD_FREE_PCP:
    case PGW_RECORD_FREE_BUDDY:
    case PGW_RECORD_FREE_LOCKED:
      return CATEGORY_FREES;
    default:
      return pgw_record_kind_is_lru (record->kind) ? CATEGORY_LRU : CATEGORY_EVENTS;
    }
}

/* Values of which a live recording knows more than events tell: they are set, not predicted. */
static gboolean
is_given (guint    value,
          gboolean live)
{
  return live && (value == PGW_V_NF || value == PGW_V_DF || value == PGW_V_BOOST || value == PGW_V_ZF
                  || value == PGW_V_AF);
}

/* Of a page's flags only some are decided by reclaim; the others are given. */
static guint64
meaning_of (guint value)
{
  return value == PGW_V_PFLAGS ? PGW_VERIFY_DECIDED_FLAGS : G_MAXUINT64;
}

/* How many pages a bulk allocation wanted is said differently by those who got fewer. */
static gboolean
same_event (const PgwRecord *kernel,
            const PgwRecord *core,
            gboolean         live)
{
  PgwRecordKind kind = core->kind;
  guint64 both = kernel->has & core->has;
  guint value;

  if (kernel->kind == PGW_RECORD_FREE_LOCKED && kind == PGW_RECORD_FREE_BUDDY)
    kind = PGW_RECORD_FREE_LOCKED;
  if (kernel->kind != kind)
    return FALSE;
  if (kind == PGW_RECORD_SPILL && kernel->v[PGW_V_CPU] != core->v[PGW_V_CPU])
    return FALSE;
  /* A request that got nothing has no type and no zone to tell of. */
  if (kind == PGW_RECORD_ALLOCATED && kernel->v[PGW_V_PFN] == PGW_NO_PFN)
    both &= ~(G_GUINT64_CONSTANT (1) << PGW_V_MT);

  for (value = 0; value < PGW_N_VALUES; value++)
    if (both >> value & 1 && (kernel->v[value] ^ core->v[value]) & meaning_of (value)
        && !is_given (value, live) && value != PGW_V_CPU)
      return FALSE;
  return TRUE;
}

/* In a live recording the passes are what was asked for; a failed request has no page to compare. */
static gboolean
is_predicted (const PgwRecord *record)
{
  return record->kind != PGW_RECORD_PASS && record->kind != PGW_RECORD_BULK_BEGIN
         && !(record->kind == PGW_RECORD_ALLOCATED && record->v[PGW_V_PFN] == PGW_NO_PFN);
}

/*
 * Walks through events. The pages of a bulk allocation come last, as
 * the kernel's recorder saw them only when it returned.
 */
typedef struct {
  const GArray *events;
  gboolean      live;
  Category      category;       /* only these */
  gboolean      bulk;           /* second round: the pages of a bulk allocation */
  guint         i;
} EventWalk;

static const PgwRecord *
next_event (EventWalk *walk)
{
  for (;;)
    {
      while (walk->i < walk->events->len)
        {
          const PgwRecord *record = &g_array_index (walk->events, PgwRecord, walk->i++);

          if (walk->live && !is_predicted (record))
            continue;
          if (walk->category != CATEGORY_ALL && walk->category != category_of (record))
            continue;
          if ((record->kind == PGW_RECORD_BULK_PAGE) == walk->bulk)
            return record;
        }
      if (walk->bulk)
        return NULL;
      walk->bulk = TRUE;
      walk->i = 0;
    }
}

/* Counts the records of a category that agree, one for one. */
static void
count_category (Run            *run,
                Category        category,
                PgwVerifyCount *count)
{
  gboolean live = run->result->is_live;
  EventWalk recorded = { run->step->records, live, category, FALSE, 0 };
  EventWalk done = { run->machine.events, live, category, FALSE, 0 };

  for (;;)
    {
      const PgwRecord *kernel = next_event (&recorded);
      const PgwRecord *core = next_event (&done);

      if (kernel == NULL && core == NULL)
        return;
      count->total++;
      count->agreed += kernel != NULL && core != NULL && same_event (kernel, core, live);
    }
}

/* Reports where the two first part. Returns whether they are the same all along. */
static gboolean
report_first (Run *run)
{
  gboolean live = run->result->is_live;
  EventWalk recorded = { run->step->records, live, CATEGORY_ALL, FALSE, 0 };
  EventWalk done = { run->machine.events, live, CATEGORY_ALL, FALSE, 0 };
  const PgwRecord *kernel, *core;
  guint place = 0;

  do
    {
      kernel = next_event (&recorded);
      core = next_event (&done);
      place++;
      if (kernel == NULL && core == NULL)
        return TRUE;
    }
  while (kernel != NULL && core != NULL && same_event (kernel, core, live));

  add_difference (run, kernel ? g_strdup_printf (_("event %u, line %" PRIu64), place, kernel->line)
                              : g_strdup_printf (_("event %u"), place),
                  kernel ? pgw_record_to_text (kernel) : g_strdup (_("nothing more")),
                  core ? pgw_record_to_text (core)
                       : g_strdup (run->machine.stopped ? _("a bug (VM_BUG_ON) stopped the machine")
                                                        : _("nothing more")));
  return FALSE;
}

/* Recordings without LRU lists say nothing of reclaim that could be compared. */
static void
drop_lru_events (GArray *events)
{
  guint i, n = 0;

  for (i = 0; i < events->len; i++)
    if (!pgw_record_kind_is_lru (g_array_index (events, PgwRecord, i).kind))
      g_array_index (events, PgwRecord, n++) = g_array_index (events, PgwRecord, i);
  g_array_set_size (events, n);
}

/*
 * Allocations, frees and the other events are counted each for themselves, so
 * that a missing event does not make the page that was returned a wrong one;
 * their order among each other counts as one more event.
 */
static void
compare_events (Run *run)
{
  PgwVerifyResult *result = run->result;
  PgwVerifyCount before[4] = { result->allocations, result->frees, result->events, result->lru_decisions };

  if (run->with_lru)
    pgw_verify_sort_outcomes (run->outcomes, run->step->records, run->machine.events);
  else
    drop_lru_events (run->machine.events);

  count_category (run, CATEGORY_ALLOCATIONS, &result->allocations);
  count_category (run, CATEGORY_FREES, &result->frees);
  count_category (run, CATEGORY_EVENTS, &result->events);
  count_category (run, CATEGORY_LRU, &result->lru_decisions);
  if (report_first (run))
    return;

  if (result->allocations.total - before[0].total == result->allocations.agreed - before[0].agreed
      && result->frees.total - before[1].total == result->frees.agreed - before[1].agreed
      && result->events.total - before[2].total == result->events.agreed - before[2].agreed
      && result->lru_decisions.total - before[3].total == result->lru_decisions.agreed - before[3].agreed)
    result->events.total++;
}

/* ---- Steps of a driver ---- */

static void
fill_slot (Run             *run,
           guint64          slot,
           const PgwRecord *record,
           guint            order)
{
  if (slot < PGW_REPLAY_N_SLOTS)
    run->slots[slot] = (KernelSlot) { record->v[PGW_V_PFN], order };
}

/* Follows what the kernel's driver holds. */
static void
note_slots (Run *run)
{
  const PgwRecord *cause = &run->step->cause;
  guint64 slot = cause->v[PGW_V_SLOT];
  guint i;

  switch ((int) cause->kind)
    {
    case PGW_RECORD_FREE:
      run->slots[slot].pfn = PGW_NO_PFN;
      break;
    case PGW_RECORD_FREELIST:
      for (i = 0; i < cause->v[PGW_V_NR]; i++)
        {
          KernelSlot *one = &run->slots[(slot + i) % PGW_REPLAY_N_SLOTS];

          if (one->order == 0)
            one->pfn = PGW_NO_PFN;
        }
      break;
    case PGW_RECORD_ALLOC:
    case PGW_RECORD_BULK:
      for (i = 0; i < run->step->records->len; i++)
        {
          const PgwRecord *record = &g_array_index (run->step->records, PgwRecord, i);

          if (record->kind == PGW_RECORD_ALLOCATED && cause->kind == PGW_RECORD_ALLOC)
            fill_slot (run, slot, record, cause->v[PGW_V_ORDER]);
          else if (record->kind == PGW_RECORD_BULK_PAGE && cause->kind == PGW_RECORD_BULK)
            fill_slot (run, slot + record->v[PGW_V_INDEX], record, 0);
        }
      break;
    default:
      break;
    }
}

/* The request to free tells what its slot held: the core's must hold the same. */
static void
compare_freed_slot (Run *run)
{
  const PgwRecord *cause = &run->step->cause;
  struct mm_slot slot;
  gboolean live;

  view_slot (run->machine.arena, cause->v[PGW_V_SLOT], &slot);
  live = slot.state == SLOT_LIVE;
  if (live ? slot.value == cause->v[PGW_V_PFN] : cause->v[PGW_V_PFN] == PGW_NO_PFN)
    return;
  add_difference (run, g_strdup_printf (_("what slot %" PRIu64 " holds"), cause->v[PGW_V_SLOT]),
                  cause->v[PGW_V_PFN] == PGW_NO_PFN ? g_strdup (_("nothing"))
                  : g_strdup_printf ("%" PRIu64, cause->v[PGW_V_PFN]),
                  live ? g_strdup_printf ("%" PRIu64, slot.value) : g_strdup (_("nothing")));
}

/* ---- Any step ---- */

/*
 * Which zone serves a request hangs on counters that a live recording does not
 * fully have (vmstat folds them, kswapd takes boosts back, without an event).
 * So the recorded zone is used, and how often the core would have chosen it is
 * counted apart; a request that failed found no zone.
 */
static void
note_zone_choice (Run                *run,
                  const struct mm_op *op,
                  gint64              result)
{
  int zone = (int) (op->arg[0] >> 32 & 0xff) - 1;

  if (op->kind != OP_replay_alloc)
    return;
  run->result->zones.total++;
  run->result->zones.agreed += zone < 0 ? result == -ENOMEM : zone == run->machine.zone_chosen;
}

/* An isolated block has no tracepoint in the kernel or here; that it was there to be taken is the event. */
static void
add_isolated (Run                *run,
              const struct mm_op *op)
{
  PgwRecord record = run->step->cause;

  record.has &= ~(G_GUINT64_CONSTANT (1) << PGW_V_MT);
  if (op->kind == OP_replay_isolate)
    g_array_append_val (run->machine.events, record);
}

/* A live machine that took another page than the kernel is brought back on its way, if that can be done. */
static void
repair (Run                *run,
        const struct mm_op *op,
        gint64              result)
{
  struct mm_op exchange = { .kind = OP_replay_exchange, .cpu = op->cpu, .nid = -1, .order = op->order };
  guint n_events = run->machine.events->len;
  guint64 recorded = run->step->cause.v[PGW_V_PFN];

  if (op->kind != OP_replay_alloc || result < 0 || recorded == PGW_NO_PFN || (guint64) result == recorded)
    return;
  exchange.arg[0] = result;
  exchange.arg[1] = recorded;
  pgw_verify_machine_run (&run->machine, &exchange);
  g_array_set_size (run->machine.events, n_events);
}

static void
run_operations (Run *run)
{
  guint i;

  g_array_set_size (run->machine.events, 0);
  if (run->step->cause.kind == PGW_RECORD_FREE)
    compare_freed_slot (run);
  for (i = 0; i < run->step->ops->len; i++)
    {
      const struct mm_op *op = &g_array_index (run->step->ops, struct mm_op, i);
      gint64 result = pgw_verify_machine_run (&run->machine, op);

      note_zone_choice (run, op, result);
      repair (run, op, result);
      if (result == 0)
        add_isolated (run, op);
    }
  compare_events (run);
  if (!run->result->is_live)
    note_slots (run);
}

/* Gives a machine that was just loaded what the kernel's driver holds. */
static void
adopt_slots (Run *run)
{
  guint i;

  for (i = 0; i < PGW_REPLAY_N_SLOTS; i++)
    if (run->slots[i].pfn != PGW_NO_PFN)
      {
        struct mm_op op = { .kind = OP_replay_adopt, .nid = -1, .slot = i, .order = run->slots[i].order };

        op.arg[0] = run->slots[i].pfn;
        pgw_verify_machine_run (&run->machine, &op);
      }
  g_array_set_size (run->machine.events, 0);
}

static gboolean
compare_snapshot (Run     *run,
                  GError **error)
{
  const struct machine_snapshot *snapshot = run->step->snapshot;
  gboolean live = run->result->is_live;
  guint differences = 0;

  run->snapshot_number = run->step->cause.v[PGW_V_OP];
  if (!run->step->resync)
    {
      differences = pgw_verify_snapshot (run->machine.arena, snapshot, live, add_difference, run);
      pgw_verify_lru_lists (run->machine.arena, snapshot, &run->result->lru_decisions, add_difference, run);
      if (run->machine.stopped && differences == 0)
        differences = 1;
      run->result->free_lists.total++;
      run->result->free_lists.agreed += differences == 0;
    }
  if (differences == 0 && !live && !run->always_reload)
    return TRUE;

  /* Counters of a live machine move on their own; its slots are empty. */
  if (!pgw_verify_machine_load (&run->machine, snapshot, error))
    return FALSE;
  if (!live)
    adopt_slots (run);
  return TRUE;
}

static gboolean
run_recording (Run                    *run,
               GFile                  *file,
               const PgwVerifyOptions *options,
               GError                **error)
{
  struct machine_snapshot *first;
  struct machine_config config;
  g_autoptr (GError) local = NULL;
  PgwReplayStep *step;
  gboolean ok;

  run->replay = pgw_replay_new (file, error);
  if (run->replay == NULL)
    return FALSE;
  g_free (run->result->name);
  run->result->name = g_strdup (pgw_replay_get_name (run->replay));

  first = pgw_replay_take_snapshot (run->replay);
  config = *pgw_replay_get_config (run->replay);
  if (options != NULL && options->alter != NULL)
    options->alter (&config, first);
  run->with_lru = first->nr_lru > 0;
  ok = pgw_verify_machine_init (&run->machine, &config, first, error);
  pgw_recording_snapshot_free (first);
  if (!ok)
    {
      g_prefix_error (error, "%s: ", run->result->name);
      return FALSE;
    }

  while (pgw_replay_next (run->replay, &step, &local))
    {
      run->step = step;
      run->result->is_live = pgw_replay_is_live (run->replay);
      if (step->snapshot == NULL)
        run_operations (run);
      else if (!compare_snapshot (run, &local))
        {
          g_prefix_error (&local, "%s:%" PRIu64 ": ", run->result->name, step->line);
          break;
        }
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

PgwVerifyResult *
pgw_verify_file (GFile                  *file,
                 const PgwVerifyOptions *options)
{
  PgwVerifyResult *result;
  Run run = { 0 };
  guint i;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  result = g_new0 (PgwVerifyResult, 1);
  result->name = g_file_get_parse_name (file);
  result->differences = g_ptr_array_new_with_free_func (difference_free);

  run.result = result;
  run.max_differences = options ? options->max_differences : 1;
  run.always_reload = options != NULL && options->always_reload;
  run.outcomes = pgw_verify_outcomes_new ();
  run.slots = g_new (KernelSlot, PGW_REPLAY_N_SLOTS);
  for (i = 0; i < PGW_REPLAY_N_SLOTS; i++)
    run.slots[i] = (KernelSlot) { PGW_NO_PFN, 0 };

  run_recording (&run, file, options, &result->error);
  if (run.replay != NULL)
    result->n_skipped = pgw_replay_get_n_skipped (run.replay);

  pgw_verify_machine_clear (&run.machine);
  pgw_replay_free (run.replay);
  g_hash_table_unref (run.outcomes);
  g_free (run.slots);
  return result;
}
