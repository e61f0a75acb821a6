/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One recording of virtual memory, operation by operation.
 *
 * Nothing of what the kernel did flows into the machine but what was asked of
 * it, and the start.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-line-reader.h"
#include "pgw-recording.h"
#include "pgw-verify-private.h"
#include "pgw-verify-vm.h"
#include "mm/mm.h"

#define MAX_AREAS       400     /* recordings with more VMAs only count them */
#define RU_MINFLT       64      /* bytes into struct rusage */
#define RU_MAJFLT       72
#define RUSAGE_BYTES    144
#define MAX_VECTOR      65536

typedef struct {
  const PgwVmVerifyOptions *options;
  const PgwVmRecording *recording;
  PgwVmVerifyResult *result;
  PgwVerifyMachine   machine;
  PgwVmLook          look;
  PgwVmState        *expected, *found;
  PgwVmCompare      *compare;
  PgwVmStep          step;
  int                step_number;
  guint64            rusage[PGW_VM_MAX_PROCESSES][2];   /* faults before the start */
  gboolean           differs[PGW_VM_N_CATEGORIES];      /* after this operation */
} Run;

/* ---- Differences ---- */

static void
report (gpointer      data,
        PgwVmCategory category,
        const char   *kind,
        const char   *place,
        const char   *expected,
        const char   *found)
{
  Run *run = data;
  const PgwVmStatistic key = {
    .operation = run->step_number < 0 ? "start" : run->step.name, .category = category, .kind = kind
  };
  PgwVmStatistic *statistic = pgw_vm_statistics_find (run->result->statistics, &key);
  PgwVmDifference *difference;

  statistic->n++;
  statistic->first += run->result->n_differences == 0;
  run->differs[category] = TRUE;
  if (run->result->n_differences++ >= run->options->max_differences)
    return;

  difference = g_new0 (PgwVmDifference, 1);
  difference->step = run->step_number;
  difference->line = run->step_number < 0 ? run->recording->initial->line : run->step.node->line;
  difference->category = category;
  difference->operation = run->step_number < 0 ? g_strdup (_("the start"))
                                               : pgw_vm_recording_step_text (run->recording, run->step.node);
  difference->place = g_strdup (place);
  difference->kernel = g_strdup (expected);
  difference->core = g_strdup (found);
  g_ptr_array_add (run->result->differences, difference);
}

/* ---- What an operation returned, as one text ---- */

static void
add_word (GString    *text,
          const char *format,
          ...) G_GNUC_PRINTF (2, 3);

static void
add_word (GString    *text,
          const char *format,
          ...)
{
  va_list args;

  if (text->len > 0)
    g_string_append_c (text, ' ');
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
}

/* The recorded result, its members in a fixed order. */
static char *
recorded_result (Run     *run,
                 GError **error)
{
  static const char *const keys[] = {
    "ret", "err", "sig", "code", "addr", "done", "bytes", "vec", "ru_minflt", "ru_majflt", NULL
  };
  PgwJsonSource *source = run->recording->source;
  const PgwJsonNode *result = pgw_vm_need (source, run->step.node, "result", PGW_JSON_OBJECT, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (result == NULL || !pgw_json_check_keys (source, result, keys, error))
    return NULL;
  for (guint i = 0; keys[i] != NULL; i++)
    {
      const PgwJsonNode *node = pgw_json_member (result, keys[i]);

      if (node != NULL && node->type != PGW_JSON_STRING && node->type != PGW_JSON_INTEGER)
        {
          pgw_json_fail_expected (source, node, _("a number or a text"), error);
          return NULL;
        }
      if (node != NULL && node->type == PGW_JSON_STRING)
        add_word (text, "%s=%s", keys[i], node->string);
      else if (node != NULL)
        add_word (text, "%s=%s%" PRIu64, keys[i], node->negative ? "-" : "", node->integer);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
signal_name (guint32 sig)
{
  return sig == SIGSEGV ? "SIGSEGV" : sig == SIGBUS ? "SIGBUS" : sig == SIGKILL ? "SIGKILL" : "?";
}

static const char *
code_name (guint32 sig,
           guint32 code)
{
  if (code == SI_KERNEL)
    return "SI_KERNEL";
  if (sig == SIGBUS)
    return code == BUS_ADRERR ? "BUS_ADRERR" : "?";
  return code == SEGV_MAPERR ? "SEGV_MAPERR" : code == SEGV_ACCERR ? "SEGV_ACCERR" : "?";
}

/* A system call's value; addresses are all that is not a small negative number. */
static gboolean
add_return (GString *text,
            gint64   ret,
            gboolean is_address)
{
  if (ret < 0 && ret >= -4095)
    {
      add_word (text, "err=%s", view_errno_name (ret));
      return FALSE;
    }
  if (is_address)
    add_word (text, "ret=0x%" PRIx64, ret);
  else
    add_word (text, "ret=%" PRId64, ret);
  return TRUE;
}

static void
add_signal (GString                     *text,
            const struct view_op_result *outcome,
            gint64                       ret)
{
  if (outcome->sig != 0)
    add_word (text, "sig=%s code=%s addr=0x%" PRIx64, signal_name (outcome->sig),
              code_name (outcome->sig, outcome->sig_code), outcome->sig_addr);
  else
    add_return (text, ret, FALSE);
}

/* ---- Carrying out an operation ---- */

/* One access at a time, so that each byte that was read is seen. */
static void
run_accesses (Run     *run,
              GString *text)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  struct view_op_result outcome = { 0 };
  struct mm_op op = run->step.op;
  gint64 ret = 0;
  guint done;

  op.arg[2] = 1;
  for (done = 0; done < run->step.n; done++)
    {
      ret = pgw_verify_machine_run (&run->machine, &op);
      view_op_result (run->machine.arena, &outcome);
      if (ret < 0 || outcome.sig != 0)
        break;
      g_string_append_printf (bytes, "%02x", (guint) (outcome.value & 0xff));
      op.arg[0] += PAGE_SIZE;
      op.arg[5] = (op.arg[5] + 1) & 0xff;
    }
  add_signal (text, &outcome, ret);
  add_word (text, "done=%u", done);
  if (run->step.kind == PGW_VM_OP_LOAD && bytes->len > 0)
    add_word (text, "bytes=%s", bytes->str);
}

static void
run_stripe (Run     *run,
            GString *text)
{
  struct mm_op op = run->step.op;
  gint64 ret = 0;
  guint done;

  for (done = 0; done < run->step.n && ret == 0; done++)
    {
      ret = pgw_verify_machine_run (&run->machine, &op);
      op.arg[0] += 2 * PAGE_SIZE;
    }
  add_return (text, ret, FALSE);
  add_word (text, "done=%u", ret == 0 ? done : done - 1);
}

/* What the program does around an operation shows in accessed bits. */
static void
run_own_code (Run  *run,
              guint process)
{
  struct mm_op op;

  if (run->look.pids[process] != 0 && pgw_vm_recording_get_own_code (run->recording, process, &op))
    pgw_verify_machine_run (&run->machine, &op);
}

static void
run_fork (Run     *run,
          GString *text)
{
  struct mm_op op = run->step.op;
  gint64 ret;
  guint number;

  for (number = 0; number < PGW_VM_MAX_PROCESSES && run->look.pids[number] != 0; number++)
    ;
  if (number == PGW_VM_MAX_PROCESSES)
    {
      add_word (text, "err=?");
      return;
    }
  op.slot = PGW_VM_SLOT_PROCESS + number;
  ret = pgw_verify_machine_run (&run->machine, &op);
  if (add_return (text, ret < 0 ? ret : (gint64) number, FALSE))
    run->look.pids[number] = ret;
  run_own_code (run, number);
}

/* The recorder reads what a system call has written. */
static void
peek (Run    *run,
      guint64 address,
      guint64 length)
{
  const struct mm_op op = {
    .kind = OP_replay_peek, .nid = -1, .slot = MM_OP_NO_SLOT, .task = run->step.op.task, .arg = { address, length }
  };

  pgw_verify_machine_run (&run->machine, &op);
}

static void
add_vector (Run     *run,
            GString *text)
{
  guint64 n = MIN (run->step.op.arg[1] / PAGE_SIZE + (run->step.op.arg[1] % PAGE_SIZE != 0), MAX_VECTOR);
  g_autofree guint8 *vector = g_malloc0 (n + 1);

  if (n == 0)
    return;
  peek (run, run->step.op.arg[4], n);
  n = view_user_read (run->machine.arena, run->look.pids[run->step.process], run->step.op.arg[4], vector, n);
  for (guint64 i = 0; i < n; i++)
    vector[i] = '0' + (vector[i] & 1);
  add_word (text, "vec=%s", (const char *) vector);
}

static void
add_rusage (Run     *run,
            GString *text)
{
  static const struct {
    const char *name;
    guint       offset;
  } members[] = { { "ru_minflt", RU_MINFLT }, { "ru_majflt", RU_MAJFLT } };

  peek (run, run->step.op.arg[0], RUSAGE_BYTES);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      gint64 value = 0;

      view_user_read (run->machine.arena, run->look.pids[run->step.process],
                      run->step.op.arg[0] + members[i].offset, &value, sizeof value);
      add_word (text, "%s=%" PRId64, members[i].name, value - (gint64) run->rusage[run->step.process][i]);
    }
}

static void
run_call (Run     *run,
          GString *text)
{
  gint64 ret = pgw_verify_machine_run (&run->machine, &run->step.op);
  struct view_op_result outcome;

  view_op_result (run->machine.arena, &outcome);
  switch (run->step.kind)
    {
    case PGW_VM_OP_FETCH:
      add_signal (text, &outcome, ret);
      break;
    case PGW_VM_OP_MINCORE:
      if (add_return (text, ret, FALSE))
        add_vector (run, text);
      break;
    case PGW_VM_OP_RUSAGE:
      if (add_return (text, ret, FALSE))
        add_rusage (run, text);
      break;
    case PGW_VM_OP_QUIET:
      add_return (text, MIN (ret, 0), FALSE);
      break;
    case PGW_VM_OP_PEEK:
      if (add_return (text, MIN (ret, 0), FALSE) && outcome.done != 0)
        add_word (text, "bytes=%02x", (guint) (outcome.value & 0xff));
      break;
    default:
      add_return (text, ret, run->step.kind == PGW_VM_OP_ADDRESS);
      break;
    }
}

static char *
carry_out (Run *run)
{
  g_autoptr (GString) text = g_string_new (NULL);
  struct mm_op drain;

  switch (run->step.kind)
    {
    case PGW_VM_OP_LOAD:
    case PGW_VM_OP_STORE:
      run_accesses (run, text);
      break;
    case PGW_VM_OP_STRIPE:
      run_stripe (run, text);
      break;
    case PGW_VM_OP_FORK:
      run_fork (run, text);
      break;
    default:
      run_call (run, text);
      break;
    }
  run_own_code (run, run->step.process);
  pgw_vm_recording_get_drain (&drain);
  pgw_verify_machine_run (&run->machine, &drain);
  if (run->machine.stopped)
    g_string_assign (text, _("the machine has stopped (VM_BUG_ON)"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- The start ---- */

static gboolean
set_up (Run     *run,
        GError **error)
{
  const GArray *setup = run->recording->setup;

  for (guint i = 0; i < setup->len; i++)
    {
      const struct mm_op *op = &g_array_index (setup, struct mm_op, i);
      gint64 ret = pgw_verify_machine_run (&run->machine, op);

      if (run->machine.stopped || (ret < 0 && ret >= -4095))
        {
          g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_MACHINE,
                       _("%s: the start cannot be set up: operation %u (%s): %s"),
                       pgw_json_source_get_name (run->recording->source), i, view_op_name (op->kind),
                       run->machine.stopped ? "VM_BUG_ON" : view_errno_name (ret));
          return FALSE;
        }
      if (op->kind == OP_task_create && op->slot != PGW_VM_SLOT_RECORDER)
        run->look.pids[op->slot - PGW_VM_SLOT_PROCESS] = ret;
      else if (op->kind == OP_file_create)
        {
          struct mm_slot slot;

          view_slot (run->machine.arena, op->slot, &slot);
          run->look.inodes[op->slot] = slot.value;
        }
    }
  return TRUE;
}

/* The state before the first operation is compared, too; faults until then are nobody's. */
static gboolean
start (Run     *run,
       GError **error)
{
  PgwVmProcess *first;

  run->step_number = -1;
  if (!pgw_verify_machine_init (&run->machine, &run->recording->config, NULL, error))
    return FALSE;
  pgw_vm_look_init (&run->look, run->machine.arena);
  if (!set_up (run, error)
      || !pgw_vm_state_apply (run->expected, run->recording->source, run->recording->initial, error))
    return FALSE;
  pgw_vm_look (&run->look, run->found, MAX_AREAS);
  first = pgw_vm_state_get (run->found, 0);
  first->faults[0] = first->faults[1] = 0;
  memcpy (run->rusage, run->look.faults, sizeof run->rusage);
  pgw_vm_compare (run->compare, run->expected, run->found);
  return TRUE;
}

/* ---- Steps ---- */

static void
on_violation (void       *data,
              mm_object_t object,
              const char *text)
{
  report (data, PGW_VM_RESULTS, "mm_validate", "mm_validate()", _("no violation"), text);
}

static gboolean
compare_step (Run               *run,
              const PgwJsonNode *node,
              GError           **error)
{
  const PgwJsonNode *state;
  g_autofree char *expected = NULL, *found = NULL;

  if (!pgw_vm_recording_read_step (run->recording, node, &run->step, error)
      || (state = pgw_vm_need (run->recording->source, node, "state", PGW_JSON_OBJECT, error)) == NULL
      || (expected = recorded_result (run, error)) == NULL
      || !pgw_vm_state_apply (run->expected, run->recording->source, state, error))
    return FALSE;

  run->step_number = node->index;
  memset (run->differs, 0, sizeof run->differs);
  found = carry_out (run);
  if (strcmp (expected, found) != 0)
    report (run, PGW_VM_RESULTS, "result", _("result"), expected, found);
  if (run->machine.stopped)
    {
      for (guint i = 0; i < PGW_VM_N_CATEGORIES; i++)
        run->differs[i] = TRUE;
      return TRUE;
    }
  pgw_vm_look (&run->look, run->found, MAX_AREAS);
  pgw_vm_compare (run->compare, run->expected, run->found);
  if (run->options->validate)
    mm_validate (run->machine.arena, on_violation, run);
  return TRUE;
}

static void
count_step (Run *run)
{
  gboolean all = TRUE;

  for (guint i = 0; i < PGW_VM_N_CATEGORIES; i++)
    {
      run->result->counts[i].agreed += !run->differs[i];
      all = all && !run->differs[i];
    }
  run->result->all.agreed += all;
}

static void
run_steps (Run *run)
{
  const PgwJsonNode *node;

  if (!start (run, &run->result->error))
    return;
  for (node = run->recording->steps->first; node != NULL; node = node->next)
    {
      if (!compare_step (run, node, &run->result->error))
        return;
      count_step (run);
    }
}

PgwVmVerifyResult *
pgw_vm_verify_recording (const PgwVmRecording     *recording,
                         const PgwVmVerifyOptions *options)
{
  g_autofree Run *run = g_new0 (Run, 1);

  run->options = options;
  run->recording = recording;
  run->result = pgw_vm_verify_result_new (pgw_json_source_get_name (recording->source));
  run->result->all.total = pgw_vm_recording_get_n_steps (recording);
  for (guint i = 0; i < PGW_VM_N_CATEGORIES; i++)
    run->result->counts[i].total = run->result->all.total;
  run->machine.quiet = TRUE;
  run->machine.stepping = options->stepping;
  run->expected = pgw_vm_state_new ();
  run->found = pgw_vm_state_new ();
  run->compare = pgw_vm_compare_new (report, run);

  run_steps (run);

  pgw_vm_compare_free (run->compare);
  pgw_vm_state_free (run->expected);
  pgw_vm_state_free (run->found);
  pgw_vm_look_clear (&run->look);
  pgw_verify_machine_clear (&run->machine);
  return run->result;
}

gboolean
pgw_vm_verify_takes (GFile *file)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  guint8 head[4096], text[256];
  gsize length = 0;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &length, NULL, NULL))
    return FALSE;
  length = pgw_line_reader_decode_head (head, length, text, sizeof text);
  for (gsize i = length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return text[i] == '{';
  return FALSE;
}

PgwVmVerifyResult *
pgw_vm_verify_file (GFile                    *file,
                    const PgwVmVerifyOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwVmRecording) recording = pgw_vm_recording_load (file, &error);
  PgwVmVerifyResult *result;

  if (recording != NULL)
    return pgw_vm_verify_recording (recording, options);
  {
    g_autofree char *name = g_file_get_parse_name (file);

    result = pgw_vm_verify_result_new (name);
  }
  result->error = g_steal_pointer (&error);
  return result;
}
