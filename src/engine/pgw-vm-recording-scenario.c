/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording of virtual memory as a scenario: the operations that bring the
 * machine to the start, and those that were recorded.
 */
#include "config.h"

#include "pgw-vm-recording.h"
#include "mm/types.h"

/* A stripe is a call for every other page. */
static void
append_step (GArray          *ops,
             const PgwVmStep *step)
{
  struct mm_op op = step->op;
  guint n = step->kind == PGW_VM_OP_STRIPE ? step->n : 1;

  for (guint i = 0; i < n; i++)
    {
      g_array_append_val (ops, op);
      op.arg[0] += 2 * PAGE_SIZE;
    }
}

static PgwScenario *
to_scenario (GFile   *file,
             GError **error)
{
  g_autoptr (PgwVmRecording) recording = pgw_vm_recording_load (file, error);
  g_autoptr (GArray) ops = g_array_new (FALSE, FALSE, sizeof (struct mm_op));
  const PgwJsonNode *node;
  PgwScenario *scenario;
  guint n_processes = 1;

  if (recording == NULL)
    return NULL;
  g_array_append_vals (ops, recording->setup->data, recording->setup->len);
  for (node = recording->steps->first; node != NULL; node = node->next)
    {
      PgwVmStep step;
      struct mm_op own_code;

      if (!pgw_vm_recording_read_step (recording, node, &step, error))
        return NULL;
      if (step.kind != PGW_VM_OP_FORK || n_processes == PGW_VM_MAX_PROCESSES)
        {
          append_step (ops, &step);
          continue;
        }
      step.op.slot = PGW_VM_SLOT_PROCESS + n_processes;
      append_step (ops, &step);
      if (pgw_vm_recording_get_own_code (recording, n_processes++, &own_code))
        g_array_append_val (ops, own_code);
    }
  scenario = pgw_scenario_new (&recording->config, NULL, NULL, recording->name);
  pgw_scenario_append_ops (scenario, (const struct mm_op *) ops->data, ops->len);
  return scenario;
}

const PgwImporter pgw_vm_recording_importer = {
  .id = "vm-recording",
  .sniff = pgw_vm_recording_sniff,
  .read = to_scenario,
};
