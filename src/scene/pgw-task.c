/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which task and which address a picture is about, and what its VMAs and
 * pages are called.
 */
#include "pgw-task-private.h"
#include "src/engine/pgw-translation.h"

#include <math.h>

/* How far back an event of the same operation still says what the picture is about. */
#define LOOK_BACK 512

/* ---- What people typed ---- */

gboolean
pgw_pane_typed (const PgwPaneState *state,
                gint32             *pid,
                guint64            *address,
                GError            **error)
{
  if (state->translate == NULL)
    return FALSE;
  return pgw_translation_read (state->scenario, pgw_pane_machine (state), state->translate, pid, address, error);
}

/* The task of the text, if it names one; 0 if not. */
static gint32
typed_task (const PgwPaneState *state)
{
  guint64 address;
  gint32 pid = 0;

  return pgw_pane_typed (state, &pid, &address, NULL) ? pid : 0;
}

/* ---- Which task ---- */

guint
pgw_pane_tasks (const PgwPaneState *state,
                struct view_task   *tasks)
{
  guint n = MIN (view_tasks (pgw_pane_machine (state), tasks, PGW_MAX_TASKS), PGW_MAX_TASKS);
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    if (tasks[i].has_mm)
      tasks[kept++] = tasks[i];
  return kept;
}

static gint32
task_of_selection (const PgwPaneState *state)
{
  const struct machine *machine = pgw_pane_machine (state);
  guint64 id = mm_object_id (state->selection);
  struct view_mapping user;
  struct view_vma vma;

  switch (mm_object_kind (state->selection))
    {
    case MM_OBJECT_TASK:
      return id;
    case MM_OBJECT_VMA:
      return view_vma (machine, id, &vma) ? vma.pid : 0;
    case MM_OBJECT_PAGE:
      return view_page_users (machine, id, &user, 1) > 0 ? user.pid : 0;
    case MM_OBJECT_PTE:
      return mm_pte_object_pid (state->selection);
    default:
      return 0;
    }
}

gint32
pgw_pane_task (const PgwPaneState *state)
{
  struct view_task tasks[PGW_MAX_TASKS];
  guint n = pgw_pane_tasks (state, tasks);
  gint32 typed = typed_task (state);
  gint32 wanted = typed != 0 ? typed : task_of_selection (state);

  for (guint i = 0; i < n && wanted != 0; i++)
    if (tasks[i].pid == wanted)
      return wanted;
  for (guint i = 0; i < n; i++)
    if (tasks[i].is_current)
      return tasks[i].pid;
  return n > 0 ? tasks[0].pid : 0;
}

/* ---- Which address ---- */

static gboolean
address_of_selection (const PgwPaneState *state,
                      gint32              pid,
                      guint64            *address)
{
  const struct machine *machine = pgw_pane_machine (state);
  guint64 id = mm_object_id (state->selection);
  struct view_mapping users[16];
  struct view_vma vma;
  guint n;

  switch (mm_object_kind (state->selection))
    {
    case MM_OBJECT_VMA:
      if (!view_vma (machine, id, &vma) || vma.pid != pid)
        return FALSE;
      *address = vma.start;
      return TRUE;
    case MM_OBJECT_PAGE:
      n = MIN (view_page_users (machine, id, users, G_N_ELEMENTS (users)), G_N_ELEMENTS (users));
      for (guint i = 0; i < n; i++)
        if (users[i].pid == pid)
          {
            *address = users[i].address;
            return TRUE;
          }
      return FALSE;
    case MM_OBJECT_PTE:
      if (mm_pte_object_pid (state->selection) != pid)
        return FALSE;
      *address = mm_pte_object_address (state->selection);
      return TRUE;
    default:
      return FALSE;
    }
}

/* The first user or kernel address that an event names. */
static gboolean
event_address (const PgwEvent *event,
               guint64        *address)
{
  const PgwEventType *type = pgw_event_type (event->id);

  for (guint i = 0; type != NULL && i < type->n_fields; i++)
    if (type->fields[i].type == PGW_FIELD_ADDR)
      {
        *address = pgw_event_field (event, &type->fields[i]);
        return TRUE;
      }
  return FALSE;
}

gboolean
pgw_pane_address (const PgwPaneState *state,
                  gint32              pid,
                  guint64            *address)
{
  guint64 position = pgw_timeline_get_position (state->timeline);
  const PgwEvent *first = pgw_timeline_get_event (state->timeline, position);

  gint32 of_whom = pid;

  /* Of other tasks too: what the same address means to them is what one wants to compare. */
  if (pgw_pane_typed (state, &of_whom, address, NULL))
    return TRUE;
  if (address_of_selection (state, pid, address))
    return TRUE;
  for (guint64 step = position; first != NULL && step > 0 && position - step < LOOK_BACK; step--)
    {
      const PgwEvent *event = pgw_timeline_get_event (state->timeline, step);

      if (event == NULL || event->op != first->op)
        return FALSE;
      if (event_address (event, address))
        return TRUE;
    }
  return FALSE;
}

/* ---- Names ---- */

/* Results that are looked through for a name; who has more has a program write the script. */
#define MAX_NAMED 4096

/* Does the operation that a result came from belong to a task? Task 0 of an operation is the first one. */
static gboolean
made_by (const PgwPaneState   *state,
         const struct mm_slot *slot,
         gint32                pid)
{
  struct view_task first;
  struct mm_slot task;
  const struct mm_op *op;

  if (slot->op >= pgw_scenario_get_n_ops (state->scenario))
    return FALSE;
  op = &pgw_scenario_get_ops (state->scenario)[slot->op];
  if (op->task == 0)
    return view_tasks (pgw_pane_machine (state), &first, 1) > 0 && first.pid == pid;
  view_slot (pgw_pane_machine (state), op->task - 1, &task);
  return task.kind == SLOT_TASK && task.value == (guint64) pid;
}

/*
 * What the script calls a result: the latest one of this value, one of the task before another's (which it may have by
 * fork). NULL: nothing. Free with g_free().
 */
static char *
name_of (const PgwPaneState *state,
         guint               kind,
         guint64             value,
         gint32              pid)
{
  struct view_machine about;
  gint64 best = -1, best_op = -1;
  gboolean best_own = FALSE;

  if (state->scenario == NULL)
    return NULL;
  view_machine (pgw_pane_machine (state), &about);
  for (guint i = 0; i < MIN (about.nr_slots, MAX_NAMED); i++)
    {
      struct mm_slot slot;
      gboolean own;

      view_slot (pgw_pane_machine (state), i, &slot);
      if (slot.state != SLOT_LIVE || slot.kind != kind || slot.value != value)
        continue;
      own = pid != 0 && made_by (state, &slot, pid);
      if (own < best_own || (own == best_own && (gint64) slot.op < best_op))
        continue;
      best = i;
      best_op = slot.op;
      best_own = own;
    }
  return best >= 0 ? pgw_scenario_slot_name (state->scenario, best) : NULL;
}

static char *
name_of_task (const PgwPaneState     *state,
              const struct view_task *task)
{
  g_autofree char *name = NULL;

  if (task->comm[0] != '\0')
    return g_strdup_printf (_("task %d (%s)"), task->pid, task->comm);
  name = name_of (state, SLOT_TASK, task->pid, 0);
  if (name != NULL)
    return g_strdup_printf (_("task %d (%s)"), task->pid, name);
  return g_strdup_printf (_("task %d"), task->pid);
}

char *
pgw_task_title (const PgwPaneState     *state,
                const struct view_task *task)
{
  g_autofree char *name = name_of_task (state, task);

  return task->state == 3 ? g_strdup_printf (_("%s, sleeps"), name) : g_steal_pointer (&name);
}

char *
pgw_vma_title (const PgwPaneState    *state,
               const struct view_vma *vma)
{
  g_autofree char *file = vma->inode != 0 ? name_of (state, SLOT_FILE, vma->inode, 0) : NULL;
  g_autofree char *name = NULL;

  switch ((enum view_vma_what) vma->what)
    {
    case VIEW_VMA_CODE:
      return g_strdup (_("code"));
    case VIEW_VMA_DATA:
      return g_strdup (_("data"));
    case VIEW_VMA_HEAP:
      return g_strdup (_("heap"));
    case VIEW_VMA_STACK:
      return g_strdup (_("stack"));
    case VIEW_VMA_FILE:
      return file != NULL ? g_strdup_printf (_("file %s"), file) : g_strdup_printf (_("file %u"), vma->inode);
    case VIEW_VMA_SHARED:
    case VIEW_VMA_OTHER:
    default:
      break;
    }
  name = name_of (state, SLOT_ADDRESS, vma->start, vma->pid);
  if (vma->what != VIEW_VMA_SHARED)
    return name != NULL ? g_steal_pointer (&name) : g_strdup (_("anonymous"));
  if (file != NULL || name != NULL)
    return g_strdup_printf (_("shared %s"), file != NULL ? file : name);
  return g_strdup_printf (_("shared %u"), vma->inode);
}

const char *
pgw_vma_perms (const struct view_vma *vma)
{
  static _Thread_local char perms[5];

  perms[0] = vma->flags & 1 ? 'r' : '-';
  perms[1] = vma->flags & 2 ? 'w' : '-';
  perms[2] = vma->flags & 4 ? 'x' : '-';
  perms[3] = vma->flags & 8 ? 's' : 'p';
  perms[4] = '\0';
  return perms;
}

PgwColour
pgw_vma_colour (const struct view_vma *vma)
{
  switch ((enum view_vma_what) vma->what)
    {
    case VIEW_VMA_FILE:
    case VIEW_VMA_CODE:
    case VIEW_VMA_DATA:
      return PGW_COLOUR_PAGE_KIND + (vma->file != 0 ? VIEW_PAGE_FILE : VIEW_PAGE_ANON);
    case VIEW_VMA_SHARED:
      return PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FILE;
    case VIEW_VMA_HEAP:
    case VIEW_VMA_STACK:
    case VIEW_VMA_OTHER:
    default:
      return PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON;
    }
}

/* ---- Pages of a task ---- */

PgwColour
pgw_pte_colour (guint32 flags)
{
  if (flags & VIEW_PTE_GUARD)
    return PGW_COLOUR_ERROR;
  if (flags & VIEW_PTE_SWAP)
    return PGW_COLOUR_WARNING;
  if (flags & VIEW_PTE_ZERO)
    return PGW_COLOUR_DIM_TEXT;
  return PGW_COLOUR_PAGE_KIND + (flags & VIEW_PTE_FILE ? VIEW_PAGE_FILE : VIEW_PAGE_ANON);
}

guint
pgw_pte_style (const struct view_pte *pte)
{
  if (!(pte->flags & VIEW_PTE_PRESENT) || pte->flags & VIEW_PTE_ZERO)
    return PGW_STYLE_OUTLINE;
  return PGW_STYLE_SOLID | (pte->mapcount > 1 ? PGW_STYLE_HATCHED : 0);
}

char *
pgw_pte_text (const struct view_pte *pte)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (pte->flags & VIEW_PTE_GUARD)
    return g_strdup (_("guard"));
  if (pte->flags & VIEW_PTE_SWAP)
    return g_strdup (_("swapped out"));
  if (!(pte->flags & VIEW_PTE_PRESENT))
    return g_strdup (_("not present"));
  if (pte->flags & VIEW_PTE_ZERO)
    g_string_append (text, _("zero page"));
  else
    g_string_append_printf (text, _("frame %s"), pgw_pfn (pte->pfn));
  g_string_append (text, pte->flags & VIEW_PTE_WRITE ? _(", writable") : _(", read-only"));
  if (pte->flags & VIEW_PTE_DIRTY)
    g_string_append (text, _(", dirty"));
  if (pte->mapcount > 1)
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, ", mapped %d time", ", mapped %d times", pte->mapcount),
                            pte->mapcount);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const char *
pgw_address (guint64 address)
{
  static _Thread_local char buffers[8][32];
  static _Thread_local guint next;
  char *out = buffers[next++ % G_N_ELEMENTS (buffers)];

  g_snprintf (out, sizeof buffers[0], "0x%" G_GINT64_MODIFIER "x", address);
  return out;
}

void
pgw_pane_add_link (PgwScene *scene,
                   guint64   id,
                   PgwColour colour,
                   guint     style,
                   double    x1,
                   double    y1,
                   double    x2,
                   double    y2)
{
  PgwPoint points[2] = { { x1, y1 }, { x2, y2 } };

  pgw_scene_add_polyline (scene, id, colour, style, points, 2);
}

/* ---- The strip of tasks ---- */

double
pgw_pane_add_tasks (PgwScene           *scene,
                    const PgwPaneState *state,
                    const PgwMarks     *marks,
                    gint32              current,
                    double              x,
                    double              y,
                    double              width)
{
  struct view_task tasks[PGW_MAX_TASKS];
  guint n = pgw_pane_tasks (state, tasks);
  double scale = pgw_pane_scale (state);
  double height = ceil (20 * scale), gap = ceil (5 * scale);
  double at = x, top = y;

  if (n < 2)
    return 0;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *title = pgw_task_title (state, &tasks[i]);
      mm_object_t object = mm_object (MM_OBJECT_TASK, tasks[i].pid);
      gboolean shown = tasks[i].pid == current;
      double chip = MIN (ceil (pgw_type_width (title, PGW_STYLE_SMALL, scale) + 14 * scale), width);
      guint style = PGW_STYLE_SMALL | pgw_marks_object (marks, object) | (shown ? PGW_STYLE_SOLID : 0);

      if (at > x && at + chip > x + width)
        {
          at = x;
          y += height + gap;
        }
      pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_TASK, tasks[i].pid), object,
                     shown ? PGW_COLOUR_ACCENT : PGW_COLOUR_LINE, style, at, y, chip, height, title);
      pgw_scene_say (scene, shown ? _("%s (shown)%s") : "%s%s", title, pgw_marks_text (style));
      at += chip + gap;
    }
  return y + height + 2 * gap - top;
}
