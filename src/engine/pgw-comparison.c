/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwComparison: machines, their recording one after another, and the
 * position they share.
 */
#include "config.h"
#include "pgw-comparison.h"

#include <string.h>

typedef struct
{
  PgwComparison *owner;
  PgwScenario *scenario;
  PgwSession *session; /* the leader itself where the machine is its */
  char *problem;
  gboolean starting; /* a thread builds the machine */
  gboolean joined;   /* recorded, and brought to where the leader is: from now on its moves are somebody's */
} Machine;

struct _PgwComparison
{
  GObject parent_instance;

  PgwSession *leader;
  char *kind;
  GPtrArray *machines;    /* of Machine */
  PgwScenario *scenario;  /* whose variants they are */
  GCancellable *starting; /* of the machines there are now */
  gboolean active;
  gboolean moving; /* the others are being brought along, or select the same */
};

enum
{
  CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (PgwComparison, pgw_comparison, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void start_next (PgwComparison *self);

/* ---- One position ---- */

static guint64
front_of (PgwSession *session)
{
  return pgw_scenario_get_n_tunable_ops (pgw_session_get_scenario (session));
}

static void
follow (PgwComparison *self, PgwSession *session, PgwSession *leader)
{
  PgwTimeline *from = pgw_session_get_timeline (leader), *to = pgw_session_get_timeline (session);

  if (session == leader || from == NULL || to == NULL || !pgw_session_get_complete (session))
    return;
  pgw_session_seek (
    session,
    pgw_peers_map_step (from, front_of (leader), pgw_session_get_position (leader), to, front_of (session)));
}

static gboolean
is_running (const Machine *machine)
{
  return machine->starting || pgw_session_get_state (machine->session) == PGW_SESSION_RECORDING;
}

/* A machine that has been recorded comes to where the leader is. */
static void
join (Machine *machine)
{
  PgwComparison *self = machine->owner;
  const gboolean moving = self->moving;

  if (machine->joined || is_running (machine) || !pgw_session_get_complete (machine->session))
    return;
  self->moving = TRUE;
  follow (self, machine->session, self->leader);
  self->moving = moving;
  machine->joined = TRUE;
}

/* Someone moved: everybody goes along. */
static void
moved_cb (PgwComparison *self, guint64 before, guint64 after, PgwSession *session)
{
  if (self->moving || !self->active)
    return;
  for (guint i = 0; session != self->leader && i < self->machines->len; i++)
    {
      Machine *machine = g_ptr_array_index (self->machines, i);

      /* It only shows the end of its recording, or goes to the start after it. */
      if (machine->session == session && !machine->joined)
        {
          join (machine);
          return;
        }
    }
  self->moving = TRUE;
  follow (self, self->leader, session);
  for (guint i = 0; i < self->machines->len; i++)
    follow (self, ((Machine *)g_ptr_array_index (self->machines, i))->session, session);
  self->moving = FALSE;
}

/* ---- One selection ---- */

/*
 * What an object of one machine is on another: what the script names is the
 * same everywhere; a cache is found by its name; frames and objects in them
 * have nothing to do with each other.
 */
static mm_object_t
translate (mm_object_t object, const struct machine *from, const struct machine *to)
{
  struct view_kmem_cache cache;

  switch (mm_object_kind (object))
    {
    case MM_OBJECT_MACHINE:
    case MM_OBJECT_NODE:
    case MM_OBJECT_ZONE:
    case MM_OBJECT_FREE_AREA:
    case MM_OBJECT_PCP:
    case MM_OBJECT_SLOT:
    case MM_OBJECT_OP:
    case MM_OBJECT_TASK:
      return object;
    case MM_OBJECT_CACHE:
      if (view_kmem_cache (from, mm_object_id (object), &cache) && view_find_kmem_cache (to, cache.name) != 0)
        return mm_object (MM_OBJECT_CACHE, view_find_kmem_cache (to, cache.name));
      return 0;
    default:
      return 0;
    }
}

static void
select_on (PgwComparison *self, PgwSession *session, PgwSession *chosen)
{
  PgwTimeline *from = pgw_session_get_timeline (chosen), *to = pgw_session_get_timeline (session);

  if (session != chosen && from != NULL && to != NULL)
    pgw_session_set_selection (session,
                               translate (pgw_session_get_selection (chosen),
                                          pgw_timeline_get_machine (from),
                                          pgw_timeline_get_machine (to)));
}

/* What is selected on one machine is selected on all that have it. */
static void
selection_cb (PgwComparison *self, GParamSpec *pspec, PgwSession *session)
{
  if (self->moving || !self->active)
    return;
  self->moving = TRUE;
  select_on (self, self->leader, session);
  for (guint i = 0; i < self->machines->len; i++)
    select_on (self, ((Machine *)g_ptr_array_index (self->machines, i))->session, session);
  self->moving = FALSE;
}

/* ---- Machines ---- */

static void
machine_free (gpointer data)
{
  Machine *machine = data;

  g_signal_handlers_disconnect_by_data (machine->session, machine);
  if (machine->session != machine->owner->leader)
    g_signal_handlers_disconnect_by_data (machine->session, machine->owner);
  g_clear_object (&machine->session);
  g_clear_pointer (&machine->scenario, pgw_scenario_unref);
  g_free (machine->problem);
  g_free (machine);
}

static void
state_cb (Machine *machine, GParamSpec *pspec, PgwSession *session)
{
  PgwComparison *self = machine->owner;

  if (is_running (machine))
    machine->joined = FALSE;
  else
    {
      join (machine);
      start_next (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
progress_cb (Machine *machine)
{
  g_signal_emit (machine->owner, signals[CHANGED], 0);
}

static void
add_machine (PgwComparison *self, PgwScenario *scenario)
{
  Machine *machine = g_new0 (Machine, 1);
  const struct machine_config *own = pgw_scenario_get_config (self->scenario);

  machine->owner = self;
  machine->scenario = pgw_scenario_ref (scenario);
  if (memcmp (own, pgw_scenario_get_config (scenario), sizeof *own) == 0 &&
      pgw_scenario_get_n_ops (scenario) == pgw_scenario_get_n_ops (self->scenario))
    machine->session = g_object_ref (self->leader);
  else
    {
      machine->session = pgw_session_new ();
      g_signal_connect_swapped (machine->session, "moved", G_CALLBACK (moved_cb), self);
      g_signal_connect_swapped (machine->session, "notify::selection", G_CALLBACK (selection_cb), self);
    }
  g_signal_connect_swapped (machine->session, "notify::state", G_CALLBACK (state_cb), machine);
  g_signal_connect_swapped (machine->session, "changed", G_CALLBACK (join), machine);
  g_signal_connect_swapped (
    machine->session, "notify::recording-progress", G_CALLBACK (progress_cb), machine);
  g_ptr_array_add (self->machines, machine);
}

/* Do the machines there are run the leader's script as it is now? */
static gboolean
is_current (PgwComparison *self)
{
  PgwScenario *scenario = pgw_session_get_scenario (self->leader);
  const Machine *machine;
  guint64 n, own_front, front;

  if (scenario != self->scenario)
    return FALSE;
  if (scenario == NULL || self->machines->len == 0)
    return scenario == NULL;
  machine = g_ptr_array_index (self->machines, 0);
  own_front = pgw_scenario_get_n_tunable_ops (scenario);
  front = pgw_scenario_get_n_tunable_ops (machine->scenario);
  n = pgw_scenario_get_n_ops (scenario) - own_front;
  return n == pgw_scenario_get_n_ops (machine->scenario) - front &&
         (n == 0 || memcmp (pgw_scenario_get_ops (scenario) + own_front,
                            pgw_scenario_get_ops (machine->scenario) + front,
                            n * sizeof (struct mm_op)) == 0);
}

static const char *
choose_kind (PgwComparison *self)
{
  const PgwComparisonKind *kinds = pgw_scenario_get_comparison_kinds (self->scenario);

  for (guint i = 0; kinds[i].id != NULL; i++)
    if (g_strcmp0 (kinds[i].id, self->kind) == 0)
      return kinds[i].id;
  return kinds[0].id;
}

static void
make_machines (PgwComparison *self)
{
  g_autoptr (GPtrArray) variants = NULL;

  g_cancellable_cancel (self->starting);
  g_clear_object (&self->starting);
  self->starting = g_cancellable_new ();
  g_ptr_array_set_size (self->machines, 0);
  g_clear_pointer (&self->scenario, pgw_scenario_unref);
  if (pgw_session_get_scenario (self->leader) != NULL)
    {
      self->scenario = pgw_scenario_ref (pgw_session_get_scenario (self->leader));
      variants = pgw_scenario_new_variants (self->scenario, choose_kind (self));
    }
  for (guint i = 0; variants != NULL && i < variants->len; i++)
    add_machine (self, g_ptr_array_index (variants, i));
  g_signal_emit (self, signals[CHANGED], 0);
  start_next (self);
}

/* The script or the scenario may be another one now. */
static void
look (PgwComparison *self)
{
  if (self->active && !is_current (self))
    make_machines (self);
}

/* ---- Starting and recording, one machine after another ---- */

static void
start_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PgwScenario *scenario = data;
  GError *error = NULL;
  PgwTimeline *timeline =
    pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), &error);

  if (timeline != NULL)
    g_task_return_pointer (task, timeline, (GDestroyNotify)pgw_timeline_unref);
  else
    g_task_return_error (task, error);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  PgwComparison *self = PGW_COMPARISON (source);
  PgwScenario *scenario = g_task_get_task_data (G_TASK (result));
  gboolean late = g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)));
  g_autoptr (GError) error = NULL;
  PgwTimeline *timeline = g_task_propagate_pointer (G_TASK (result), &error);
  Machine *machine = NULL;

  for (guint i = 0; !late && i < self->machines->len; i++)
    if (((Machine *)g_ptr_array_index (self->machines, i))->scenario == scenario)
      machine = g_ptr_array_index (self->machines, i);
  if (machine == NULL || !machine->starting)
    {
      g_clear_pointer (&timeline, pgw_timeline_unref);
      return;
    }
  machine->starting = FALSE;
  if (timeline != NULL)
    pgw_session_take_scenario (machine->session, scenario, timeline);
  else
    {
      machine->problem = g_strdup (error->message);
      start_next (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
is_waiting (const Machine *machine)
{
  return pgw_session_get_timeline (machine->session) == NULL && machine->problem == NULL;
}

static void
start_next (PgwComparison *self)
{
  Machine *next = NULL;

  if (!self->active || pgw_session_get_state (self->leader) == PGW_SESSION_RECORDING)
    return; /* the leader's recording comes first */
  for (guint i = self->machines->len; i-- > 0;)
    {
      Machine *machine = g_ptr_array_index (self->machines, i);

      if (is_running (machine))
        return;
      if (is_waiting (machine))
        next = machine;
    }
  if (next != NULL)
    {
      g_autoptr (GTask) task = g_task_new (self, self->starting, started_cb, NULL);

      next->starting = TRUE;
      g_task_set_check_cancellable (task, FALSE);
      g_task_set_task_data (task, pgw_scenario_ref (next->scenario), (GDestroyNotify)pgw_scenario_unref);
      g_task_run_in_thread (task, start_thread);
    }
}

static void
leader_state_cb (PgwComparison *self)
{
  if (pgw_session_get_state (self->leader) != PGW_SESSION_RECORDING)
    {
      look (self);
      start_next (self);
    }
}

void
pgw_comparison_finish (PgwComparison *self)
{
  g_return_if_fail (PGW_IS_COMPARISON (self));

  pgw_session_finish (self->leader);
  look (self);
  for (guint i = 0; i < self->machines->len; i++)
    {
      Machine *machine = g_ptr_array_index (self->machines, i);
      g_autoptr (GError) error = NULL;

      machine->starting = FALSE; /* what a thread brings later is put away */
      if (is_waiting (machine) && !pgw_session_set_scenario (machine->session, machine->scenario, &error))
        machine->problem = g_strdup (error->message);
      if (machine->problem == NULL)
        pgw_session_finish (machine->session);
    }
  self->moving = TRUE;
  for (guint i = 0; i < self->machines->len; i++)
    {
      Machine *machine = g_ptr_array_index (self->machines, i);

      follow (self, machine->session, self->leader);
      machine->joined = pgw_session_get_complete (machine->session);
    }
  self->moving = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* ---- The object ---- */

static void
pgw_comparison_dispose (GObject *object)
{
  PgwComparison *self = PGW_COMPARISON (object);

  g_cancellable_cancel (self->starting);
  g_clear_object (&self->starting);
  if (self->leader != NULL)
    {
      g_ptr_array_set_size (self->machines, 0);
      g_signal_handlers_disconnect_by_data (self->leader, self);
    }
  g_clear_object (&self->leader);
  g_clear_pointer (&self->scenario, pgw_scenario_unref);
  G_OBJECT_CLASS (pgw_comparison_parent_class)->dispose (object);
}

static void
pgw_comparison_finalize (GObject *object)
{
  PgwComparison *self = PGW_COMPARISON (object);

  g_ptr_array_unref (self->machines);
  g_free (self->kind);
  G_OBJECT_CLASS (pgw_comparison_parent_class)->finalize (object);
}

static void
pgw_comparison_class_init (PgwComparisonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pgw_comparison_dispose;
  G_OBJECT_CLASS (klass)->finalize = pgw_comparison_finalize;
  signals[CHANGED] = g_signal_new (
    "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pgw_comparison_init (PgwComparison *self)
{
  self->machines = g_ptr_array_new_with_free_func (machine_free);
  self->active = TRUE;
}

PgwComparison *
pgw_comparison_new (PgwSession *session)
{
  PgwComparison *self;

  g_return_val_if_fail (PGW_IS_SESSION (session), NULL);

  self = g_object_new (PGW_TYPE_COMPARISON, NULL);
  self->leader = g_object_ref (session);
  g_signal_connect_swapped (session, "moved", G_CALLBACK (moved_cb), self);
  g_signal_connect_swapped (session, "notify::selection", G_CALLBACK (selection_cb), self);
  g_signal_connect_swapped (session, "changed", G_CALLBACK (look), self);
  g_signal_connect_swapped (session, "notify::scenario", G_CALLBACK (look), self);
  g_signal_connect_swapped (session, "notify::state", G_CALLBACK (leader_state_cb), self);
  make_machines (self);
  return self;
}

void
pgw_comparison_set_active (PgwComparison *self, gboolean active)
{
  g_return_if_fail (PGW_IS_COMPARISON (self));

  if (self->active == active)
    return;
  self->active = active;
  if (!active)
    return;
  look (self);
  start_next (self);
  moved_cb (self, 0, 0, self->leader);
}

void
pgw_comparison_set_kind (PgwComparison *self, const char *kind)
{
  g_return_if_fail (PGW_IS_COMPARISON (self));

  if (g_strcmp0 (kind, self->kind) == 0)
    return;
  g_free (self->kind);
  self->kind = g_strdup (kind);
  make_machines (self);
}

const char *
pgw_comparison_get_kind (PgwComparison *self)
{
  g_return_val_if_fail (PGW_IS_COMPARISON (self), NULL);

  return self->scenario != NULL ? choose_kind (self) : self->kind;
}

guint
pgw_comparison_get_n_machines (PgwComparison *self)
{
  g_return_val_if_fail (PGW_IS_COMPARISON (self), 0);

  return self->machines->len;
}

static const Machine *
get_machine (PgwComparison *self, guint machine)
{
  g_return_val_if_fail (PGW_IS_COMPARISON (self), NULL);
  g_return_val_if_fail (machine < self->machines->len, NULL);

  return g_ptr_array_index (self->machines, machine);
}

const char *
pgw_comparison_get_name (PgwComparison *self, guint machine)
{
  const Machine *found = get_machine (self, machine);

  return found != NULL ? pgw_scenario_get_title (found->scenario) : NULL;
}

PgwSession *
pgw_comparison_get_session (PgwComparison *self, guint machine)
{
  const Machine *found = get_machine (self, machine);

  return found != NULL ? found->session : NULL;
}

GArray *
pgw_comparison_dup_peers (PgwComparison *self)
{
  GArray *peers = pgw_peers_new ();

  g_return_val_if_fail (PGW_IS_COMPARISON (self), peers);

  for (guint i = 0; i < self->machines->len; i++)
    {
      const Machine *machine = g_ptr_array_index (self->machines, i);

      pgw_peers_add (peers,
                     machine->scenario,
                     pgw_session_get_timeline (machine->session),
                     machine->problem,
                     pgw_comparison_get_progress (self, i));
    }
  return peers;
}

const char *
pgw_comparison_get_problem (PgwComparison *self, guint machine)
{
  const Machine *found = get_machine (self, machine);

  return found != NULL ? found->problem : NULL;
}

double
pgw_comparison_get_progress (PgwComparison *self, guint machine)
{
  const Machine *found = get_machine (self, machine);

  if (found == NULL || pgw_session_get_timeline (found->session) == NULL)
    return 0;
  return pgw_session_get_complete (found->session) ? 1 : pgw_session_get_recording_progress (found->session);
}
