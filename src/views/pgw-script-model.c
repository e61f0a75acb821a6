/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows of the script by arithmetic: an ordered array says which operations are
 * unfolded, at which row each stands, and how many events it shows.
 */
#include "config.h"

#include <gtk/gtk.h>

#include "pgw-script-model.h"

/* ---- One row ---- */

struct _PgwScriptRow {
  GObject parent_instance;
  guint64 op;
  guint64 step;
};

G_DEFINE_FINAL_TYPE (PgwScriptRow, pgw_script_row, G_TYPE_OBJECT)

static void
pgw_script_row_class_init (PgwScriptRowClass *klass)
{
}

static void
pgw_script_row_init (PgwScriptRow *self)
{
}

guint64
pgw_script_row_get_op (PgwScriptRow *self)
{
  g_return_val_if_fail (PGW_IS_SCRIPT_ROW (self), 0);

  return self->op;
}

guint64
pgw_script_row_get_step (PgwScriptRow *self)
{
  g_return_val_if_fail (PGW_IS_SCRIPT_ROW (self), 0);

  return self->step;
}

gboolean
pgw_script_row_is_op (PgwScriptRow *self)
{
  g_return_val_if_fail (PGW_IS_SCRIPT_ROW (self), FALSE);

  return self->step == 0;
}

/* ---- The list ---- */

typedef struct {
  guint64 op;
  guint64 first_step;   /* step of the first row below the operation */
  guint   n;            /* rows below it */
  guint   row;          /* row of the operation itself */
} Unfolded;

struct _PgwScriptModel {
  GObject      parent_instance;

  PgwTimeline *timeline;
  guint64      n_ops;
  GArray      *unfolded;        /* of Unfolded, by operation */
  guint        n_rows;
};

static void pgw_script_model_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PgwScriptModel, pgw_script_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, pgw_script_model_list_init))

/* The number of unfolded operations before `op`. */
static guint
unfolded_before_op (PgwScriptModel *self, guint64 op)
{
  guint low = 0, high = self->unfolded->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->unfolded, Unfolded, middle).op < op)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static const Unfolded *
find_unfolded (PgwScriptModel *self, guint64 op)
{
  guint i = unfolded_before_op (self, op);

  if (i < self->unfolded->len && g_array_index (self->unfolded, Unfolded, i).op == op)
    return &g_array_index (self->unfolded, Unfolded, i);
  return NULL;
}

/* The last unfolded operation that stands at or before a row, or NULL. */
static const Unfolded *
unfolded_at_row (PgwScriptModel *self, guint row)
{
  guint low = 0, high = self->unfolded->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->unfolded, Unfolded, middle).row <= row)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? &g_array_index (self->unfolded, Unfolded, low - 1) : NULL;
}

static void
shift_rows (PgwScriptModel *self, guint from, gint64 by)
{
  for (guint i = from; i < self->unfolded->len; i++)
    g_array_index (self->unfolded, Unfolded, i).row += by;
  self->n_rows += by;
}

static GType
pgw_script_model_get_item_type (GListModel *model)
{
  return PGW_TYPE_SCRIPT_ROW;
}

static guint
pgw_script_model_get_n_items (GListModel *model)
{
  return PGW_SCRIPT_MODEL (model)->n_rows;
}

static gpointer
pgw_script_model_get_item (GListModel *model, guint position)
{
  PgwScriptModel *self = PGW_SCRIPT_MODEL (model);
  PgwScriptRow *row;
  const Unfolded *above;

  if (position >= self->n_rows)
    return NULL;

  row = g_object_new (PGW_TYPE_SCRIPT_ROW, NULL);
  above = unfolded_at_row (self, position);
  if (above == NULL)
    row->op = position;
  else if (position > above->row && position <= above->row + above->n)
    {
      row->op = above->op;
      row->step = above->first_step + (position - above->row - 1);
    }
  else
    row->op = above->op + (position == above->row ? 0 : position - above->row - above->n);
  return row;
}

static void
pgw_script_model_list_init (GListModelInterface *iface)
{
  iface->get_item_type = pgw_script_model_get_item_type;
  iface->get_n_items = pgw_script_model_get_n_items;
  iface->get_item = pgw_script_model_get_item;
}

static void
pgw_script_model_finalize (GObject *object)
{
  PgwScriptModel *self = PGW_SCRIPT_MODEL (object);

  g_clear_pointer (&self->timeline, pgw_timeline_unref);
  g_array_unref (self->unfolded);
  G_OBJECT_CLASS (pgw_script_model_parent_class)->finalize (object);
}

static void
pgw_script_model_class_init (PgwScriptModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pgw_script_model_finalize;
}

static void
pgw_script_model_init (PgwScriptModel *self)
{
  self->unfolded = g_array_new (FALSE, FALSE, sizeof (Unfolded));
}

PgwScriptModel *
pgw_script_model_new (void)
{
  return g_object_new (PGW_TYPE_SCRIPT_MODEL, NULL);
}

void
pgw_script_model_reset (PgwScriptModel *self, PgwTimeline *timeline, guint64 n_ops)
{
  guint old_rows;

  g_return_if_fail (PGW_IS_SCRIPT_MODEL (self));

  old_rows = self->n_rows;
  if (timeline != NULL)
    pgw_timeline_ref (timeline);
  g_clear_pointer (&self->timeline, pgw_timeline_unref);
  self->timeline = timeline;
  g_array_set_size (self->unfolded, 0);
  /* A list has 32-bit positions: what goes beyond them cannot be shown. */
  self->n_ops = MIN (n_ops, G_MAXINT);
  self->n_rows = self->n_ops;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old_rows, self->n_rows);
}

gboolean
pgw_script_model_is_expanded (PgwScriptModel *self, guint64 op)
{
  g_return_val_if_fail (PGW_IS_SCRIPT_MODEL (self), FALSE);

  return find_unfolded (self, op) != NULL;
}

void
pgw_script_model_set_expanded (PgwScriptModel *self, guint64 op, gboolean expanded)
{
  const Unfolded *present;
  guint at;

  g_return_if_fail (PGW_IS_SCRIPT_MODEL (self));

  present = find_unfolded (self, op);
  if (op >= self->n_ops || expanded == (present != NULL))
    return;

  at = unfolded_before_op (self, op);
  if (expanded)
    {
      PgwOpRun run;
      Unfolded entry = { .op = op, .row = pgw_script_model_row_of_op (self, op) };

      if (self->timeline == NULL || !pgw_timeline_get_op_run (self->timeline, op, &run))
        return;
      entry.first_step = run.first_step + 1;
      entry.n = MIN (run.last_step - run.first_step, (guint64) G_MAXINT - self->n_rows);
      g_array_insert_val (self->unfolded, at, entry);
      shift_rows (self, at + 1, entry.n);
      g_list_model_items_changed (G_LIST_MODEL (self), entry.row + 1, 0, entry.n);
    }
  else
    {
      Unfolded entry = *present;

      g_array_remove_index (self->unfolded, at);
      shift_rows (self, at, -(gint64) entry.n);
      g_list_model_items_changed (G_LIST_MODEL (self), entry.row + 1, entry.n, 0);
    }
}

guint
pgw_script_model_row_of_op (PgwScriptModel *self, guint64 op)
{
  guint before;

  g_return_val_if_fail (PGW_IS_SCRIPT_MODEL (self), GTK_INVALID_LIST_POSITION);

  if (op >= self->n_ops)
    return GTK_INVALID_LIST_POSITION;
  before = unfolded_before_op (self, op);
  if (before > 0)
    {
      const Unfolded *above = &g_array_index (self->unfolded, Unfolded, before - 1);

      return above->row + above->n + (op - above->op);
    }
  return op;
}

guint
pgw_script_model_row_of_step (PgwScriptModel *self, guint64 step)
{
  const Unfolded *unfolded;
  guint64 op;

  g_return_val_if_fail (PGW_IS_SCRIPT_MODEL (self), GTK_INVALID_LIST_POSITION);

  if (self->timeline == NULL || step == 0)
    return GTK_INVALID_LIST_POSITION;
  op = pgw_timeline_op_at (self->timeline, step);
  unfolded = find_unfolded (self, op);
  if (unfolded != NULL && step >= unfolded->first_step && step - unfolded->first_step < unfolded->n)
    return unfolded->row + 1 + (step - unfolded->first_step);
  return pgw_script_model_row_of_op (self, op);
}

guint64
pgw_script_model_get_n_ops (PgwScriptModel *self)
{
  g_return_val_if_fail (PGW_IS_SCRIPT_MODEL (self), 0);

  return self->n_ops;
}
