/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replacement policies on a reference string, as the table of the textbooks: the references across,
 * the frames down, each column as it is after its reference. A page that has just come in is in
 * the colour of faults, one that was found there is outlined; below, faults are marked. The runs that were
 * made so far stand side by side.
 */
#include "pgw-pane-private.h"

#include <math.h>

#define MAX_CELL 44
#define READABLE 18             /* pixels of a cell whose number can be read */
#define NO_PAGE  (-1)

typedef struct {
  PgwScene              *scene;
  double                 scale, cell, label;
  struct view_policy_run run;
  guint                  number;        /* of the run */
  gboolean               last;          /* the one that the current step belongs to */
  guint16                refs[POLICY_MAX_REFS];
  guint                  n_refs;
} Table;

static guint64
part_id (const Table *self,
         guint        kind,
         guint        row,
         guint        column)
{
  return PGW_ITEM_ID_PART (PART_POLICY, ((guint64) self->number * 4 + kind) << 16 | row << 8 | column);
}

static void
add_number (const Table *self,
            guint64      id,
            gint         page,
            PgwColour    colour,
            guint        style,
            double       x,
            double       y)
{
  g_autofree char *label = page == NO_PAGE ? NULL : g_strdup_printf ("%d", page);
  double gap = self->cell > 12 ? 2 : 1;

  pgw_scene_add (self->scene, PGW_ITEM_BOX, id, 0, colour, style | PGW_STYLE_SMALL | PGW_STYLE_MONO, x, y,
                 self->cell - gap, self->cell - gap, label);
}

/* The frames after one reference, and its mark. */
static void
add_column (const Table *self,
            guint        column,
            const gint  *frames,
            double       x,
            double       y)
{
  const struct policy_step *step = &self->run.steps[column];
  gboolean current = self->last && column + 1 == self->run.nr_steps && self->run.nr_steps < self->n_refs;
  double row = y + self->cell;

  for (guint i = 0; i < self->run.nr_frames; i++, row += self->cell)
    {
      gboolean here = i == step->frame;

      if (frames[i] != NO_PAGE)
        add_number (self, part_id (self, 1, i, column), frames[i],
                    here && step->fault ? PGW_COLOUR_WARNING : here ? PGW_COLOUR_GOOD : PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON,
                    (here ? PGW_STYLE_BOLD : PGW_STYLE_DIM) | (here && current ? PGW_STYLE_CHANGED : 0), x, row);
    }
  if (step->fault)
    pgw_scene_add_text (self->scene, part_id (self, 2, 0, column), 0, PGW_COLOUR_WARNING,
                        PGW_STYLE_SMALL | PGW_STYLE_BOLD | PGW_STYLE_ALIGN_CENTRE, x, row, self->cell - 2, "●");
}

static void
add_rows (const Table *self,
          double       x,
          double       y)
{
  gint frames[POLICY_MAX_FRAMES];

  for (guint i = 0; i < POLICY_MAX_FRAMES; i++)
    frames[i] = NO_PAGE;
  for (guint i = 0; i < self->n_refs; i++)
    add_number (self, part_id (self, 0, 0, i), self->refs[i], PGW_COLOUR_SURFACE, PGW_STYLE_BOLD, x + i * self->cell, y);
  for (guint i = 0; i < self->run.nr_steps; i++)
    {
      frames[self->run.steps[i].frame] = (gint) self->run.steps[i].page;
      add_column (self, i, frames, x + i * self->cell, y);
    }
}

/* In words: a line for the string, for each frame, and for the faults. */
static void
say_table (const Table *self,
           const char  *title)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gint content[POLICY_MAX_FRAMES];

  pgw_scene_say (self->scene, "%s", title);
  for (guint i = 0; i < self->n_refs; i++)
    g_string_append_printf (line, " %3u", self->refs[i]);
  pgw_scene_say (self->scene, _("Pages:  %s"), line->str);
  for (guint frame = 0; frame < self->run.nr_frames; frame++)
    {
      content[frame] = NO_PAGE;
      g_string_truncate (line, 0);
      for (guint i = 0; i < self->run.nr_steps; i++)
        {
          if (self->run.steps[i].frame == frame)
            content[frame] = (gint) self->run.steps[i].page;
          if (content[frame] == NO_PAGE)
            g_string_append (line, "   -");
          else
            g_string_append_printf (line, " %3d", content[frame]);
        }
      pgw_scene_say (self->scene, _("Frame %u:%s"), frame, line->str);
    }
  g_string_truncate (line, 0);
  for (guint i = 0; i < self->run.nr_steps; i++)
    g_string_append (line, self->run.steps[i].fault ? "   *" : "   .");
  pgw_scene_say (self->scene, _("Faults: %s"), line->str);
}

static char *
table_title (const Table *self)
{
  g_autofree char *name = g_ascii_strup (view_policy_name (self->run.policy), -1);

  /* Translators: of a replacement policy, as "FIFO, 3 frames: 9 faults of 12 references" */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s, %s: %s of %u reference", "%s, %s: %s of %u references",
                                       self->run.nr_steps),
                          name, pgw_n_frames (self->run.nr_frames), pgw_n_faults (self->run.nr_faults),
                          self->run.nr_steps);
}

/* Height of a table in cells, but for its title. */
static guint
rows_of (const struct view_policy_run *run)
{
  return run->nr_frames + 2;
}

/* How many tables stand side by side, so that the cells are as large as can be. */
static guint
choose_columns (guint   n_runs,
                guint   n_refs,
                guint   rows,
                double  title,
                double  width,
                double  height,
                double *cell)
{
  guint best = 1;

  *cell = 0;
  for (guint columns = 1; columns <= n_runs; columns++)
    {
      double wide = (width / columns - title) / MAX (n_refs, 1);
      double high = (height / ((n_runs + columns - 1) / columns) - 2 * title) / rows;
      double size = floor (MIN (wide, high));

      if (size > *cell)
        {
          *cell = size;
          best = columns;
        }
    }
  return best;
}

/* Where they would be too small to read, one rather scrolls: as many side by side as have room for cells of that size. */
static guint
choose_readable (guint   n_runs,
                 guint   n_refs,
                 double  title,
                 double  width,
                 double  readable,
                 guint   columns,
                 double *cell)
{
  guint fit = width / (MAX (n_refs, 1) * readable + title);

  if (*cell >= readable || fit == 0)
    return columns;
  *cell = readable;
  return MIN (fit, n_runs);
}

static void
add_table (Table *self,
           double x,
           double y,
           double title_height,
           double width)
{
  g_autofree char *title = table_title (self);
  g_autofree char *shown = NULL;

  /* What counts stays where there is little room. */
  if (pgw_type_width (title, PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->scale) > width - title_height)
    {
      g_autofree char *name = g_ascii_strup (view_policy_name (self->run.policy), -1);

      /* Translators: of a replacement policy, as "FIFO, 3 frames: 9 faults" */
      shown = g_strdup_printf (_("%s, %s: %s"), name, pgw_n_frames (self->run.nr_frames), pgw_n_faults (self->run.nr_faults));
    }
  pgw_scene_add_text (self->scene, part_id (self, 3, 0, 0), 0, PGW_COLOUR_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y,
                      width - 4 * self->scale, shown != NULL ? shown : title);
  add_rows (self, x, y + title_height);
  say_table (self, title);
}

static PgwScene *
replacement_layout (const PgwPaneState *state,
                    double              width,
                    double              height)
{
  const struct machine *machine = pgw_pane_machine (state);
  Table self = { .scene = pgw_scene_new (width, height), .scale = pgw_pane_scale (state) };
  double margin = ceil (10 * self.scale), title = pgw_type_line_height (PGW_STYLE_SMALL, self.scale) + ceil (4 * self.scale);
  double bottom = margin, widest;
  guint n_runs = 0, rows = 1, columns;

  self.scene->font_scale = self.scale;
  self.n_refs = MIN (view_reference_string (machine, self.refs, POLICY_MAX_REFS), POLICY_MAX_REFS);
  for (; view_policy_run (machine, n_runs, &self.run); n_runs++)
    rows = MAX (rows, rows_of (&self.run));
  if (n_runs == 0)
    {
      pgw_scene_add_text (self.scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_WRAP, margin, margin,
                          width - 2 * margin, _("No replacement policy has been tried at this step."));
      pgw_scene_say (self.scene, _("No replacement policy has been tried at this step."));
      return self.scene;
    }
  columns = choose_columns (n_runs, self.n_refs, rows, title, width - 2 * margin, height - 2 * margin, &self.cell);
  columns = choose_readable (n_runs, self.n_refs, title, width - 2 * margin, READABLE * self.scale, columns, &self.cell);
  /* Where height is short, one scrolls; where width is, cells are small. */
  widest = floor ((width - 2 * margin) / columns / MAX (self.n_refs, 1));
  self.cell = MIN (MAX (self.cell, 8 * self.scale), MIN (widest, MAX_CELL * self.scale));
  for (guint i = 0; view_policy_run (machine, i, &self.run); i++)
    {
      double wide = (width - 2 * margin) / columns, high = rows * self.cell + 2 * title;
      guint lines = (n_runs + columns - 1) / columns, line = i / columns;
      /* Where one has to scroll, the latest stand at the top. */
      guint place = lines * high > height ? lines - 1 - line : line;
      double x = margin + i % columns * wide, y = margin + place * high;

      self.number = i;
      self.last = i + 1 == n_runs;
      add_table (&self, x, y, title, wide);
      bottom = MAX (bottom, y + high);
    }
  pgw_scene_grow (self.scene, bottom);
  return self.scene;
}

static char *
replacement_subtitle (const PgwPaneState *state)
{
  guint16 refs[POLICY_MAX_REFS];
  guint n = view_reference_string (pgw_pane_machine (state), refs, POLICY_MAX_REFS);

  return g_strdup_printf (ngettext ("%u reference", "%u references", n), n);
}

const PgwPaneType pgw_replacement_pane = {
  .id = "replacement",
  .title = N_("Replacement"),
  .layout = replacement_layout,
  .subtitle = replacement_subtitle,
};
