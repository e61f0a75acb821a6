/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core: the fast build on a machine of its own, with one task.
 */
#include "config.h"

#include "conform.h"
#include "src/engine/pgw-verify-private.h"
#include "mm/mm.h"
#include "mm/view_vm.h"

#define TASK_SLOT 0
#define MAX_VMAS  (2 * WINDOW_PAGES + 8)

typedef struct {
  PgwVerifyMachine machine;
  gint32           pid;
} Core;

static gint64
run (Core         *core,
     struct mm_op *op)
{
  gint64 ret;

  op->nid = -1;
  op->task = TASK_SLOT + 1;
  if (op->kind != OP_task_create)
    op->slot = MM_OP_NO_SLOT;
  ret = pgw_verify_machine_run (&core->machine, op);
  g_assert_false (core->machine.stopped);
  return ret;
}

static gint64
call (gpointer  data,
      const Op *op)
{
  static const guint16 kinds[] = {
    [DO_MMAP] = OP_mmap, [DO_MUNMAP] = OP_munmap, [DO_MPROTECT] = OP_mprotect, [DO_MREMAP] = OP_mremap,
    [DO_MADVISE] = OP_madvise, [DO_MLOCK] = OP_mlock, [DO_MUNLOCK] = OP_munlock, [DO_MSYNC] = OP_msync
  };
  struct mm_op mm_op = { .kind = kinds[op->what], .arg = { op->arg[0], op->arg[1], op->arg[2], op->arg[3], op->arg[4] } };

  return run (data, &mm_op);
}

static void
do_access (gpointer      data,
           guint64       address,
           const guint8 *store,
           Access       *access)
{
  Core *core = data;
  struct mm_op op = { .kind = store ? OP_store : OP_load, .arg = { address, 1, 1, 0, 0, store ? *store : 0 } };
  struct view_op_result outcome;

  run (core, &op);
  view_op_result (core->machine.arena, &outcome);
  *access = (Access) { .sig = outcome.sig, .code = outcome.sig_code, .address = outcome.sig_addr };
  if (outcome.sig == 0 && !store)
    access->value = outcome.value;
}

static void
maps (gpointer data,
      GString *text)
{
  Core *core = data;
  struct view_vma vmas[MAX_VMAS];
  guint n = view_vmas_brief (core->machine.arena, core->pid, vmas, MAX_VMAS);

  g_assert_cmpuint (n, <=, MAX_VMAS);
  for (guint i = 0; i < n; i++)
    if (vmas[i].start >= WINDOW - MARGIN && vmas[i].start < WINDOW + WINDOW_PAGES * PAGE + MARGIN)
      g_string_append_printf (text, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %c%c%c%c\n",
                              (guint64) vmas[i].start - WINDOW, (guint64) vmas[i].end - WINDOW,
                              vmas[i].flags & VM_READ ? 'r' : '-', vmas[i].flags & VM_WRITE ? 'w' : '-',
                              vmas[i].flags & VM_EXEC ? 'x' : '-', vmas[i].flags & VM_MAYSHARE ? 's' : 'p');
}

char *
conform_core (guint32 seed,
              guint   length)
{
  const struct machine_config config = {
    .nr_regions = 1, .regions = { { .size = 64u << 20 } }, .nr_nodes = 1, .nr_cpus = 1, .nr_slots = 1
  };
  Core core = { .machine = { .quiet = TRUE } };
  const Side side = { call, do_access, maps, &core };
  struct mm_op task = { .kind = OP_task_create, .slot = TASK_SLOT, .arg = { NOBODY } };
  struct mm_op limit = { .kind = OP_setrlimit, .arg = { RLIMIT_MEMLOCK, LOCK_LIMIT } };
  char *text;

  g_assert_true (pgw_verify_machine_init (&core.machine, &config, NULL, NULL));
  core.pid = run (&core, &task);
  g_assert_cmpint (core.pid, >, 0);
  g_assert_cmpint (run (&core, &limit), ==, 0);
  text = conform_run (&side, seed, length);
  g_assert_cmpuint (mm_validate (core.machine.arena, NULL, NULL), ==, 0);
  pgw_verify_machine_clear (&core.machine);
  return text;
}
