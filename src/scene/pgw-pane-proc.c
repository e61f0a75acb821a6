/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of /proc as the simulated kernel would print it, with the lines that
 * the current operation changed marked.
 *
 * The text before the operation is read by standing at its start for a
 * moment; the position is the same afterwards.
 */
#include "pgw-task-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_TYPE 1.8 /* times the usual */
#define MAX_PAGEMAP  2048 /* entries: nobody reads more lines */
#define MAX_LINES    400    /* of a file; a picture of more would be too high to be drawn */

#define SELF "self/"

/*
 * What is shown: a file of the machine, or one of the task that the pane is about ("self/maps"). Until there is a task,
 * its files are empty. Free with g_free().
 */
static char *
file_name (const PgwPaneState *state)
{
  const char *const *names = view_proc_names ();
  const char *option = state->option;

  if (option != NULL && g_str_has_prefix (option, SELF) &&
      g_strv_contains (view_proc_task_names (), option + strlen (SELF)))
    return g_strdup_printf ("%d/%s", pgw_pane_task (state), option + strlen (SELF));
  return g_strdup (option != NULL && g_strv_contains (names, option) ? option : names[0]);
}

static gboolean
is_of_task (const char *name)
{
  return g_ascii_isdigit (name[0]);
}

/* The entries of pagemap in words, as their bits tell little: address, the 64 bits, what they mean. */
static char **
read_pagemap (const struct machine *machine,
              gint32                pid)
{
  g_autofree struct view_pte *ptes = g_new (struct view_pte, MAX_PAGEMAP);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  guint64 n = MIN (view_ptes (machine, pid, 0, G_MAXUINT64, ptes, MAX_PAGEMAP), MAX_PAGEMAP);

  for (guint64 i = 0; i < n; i++)
    {
      g_autofree char *meaning = pgw_pte_text (&ptes[i]);
      g_autofree char *line = g_strdup_printf ("%012" G_GINT64_MODIFIER "x %016" G_GINT64_MODIFIER "x  %s",
                                               (guint64) ptes[i].address, (guint64) view_pagemap_entry (&ptes[i]), meaning);

      g_strv_builder_add (lines, line);
    }
  if (n == MAX_PAGEMAP)
    g_strv_builder_add (lines, "…");
  return g_strv_builder_end (lines);
}

/* The text of a file; NULL if there is none. To write a long one takes time, so its length is guessed first. */
static char *
read_text (const struct machine *machine,
           const char           *name,
           gsize                *length)
{
  static _Thread_local gsize guess = 16384;
  char *text = g_malloc (guess);
  s64 needed = view_proc (machine, name, text, guess);

  if (needed >= 0 && (gsize) needed + 1 > guess)
    {
      guess = needed + needed / 8 + 1;
      text = g_realloc (text, guess);
      needed = view_proc (machine, name, text, guess);
    }
  if (needed < 0)
    {
      g_free (text);
      return NULL;
    }
  *length = needed;
  if (needed > 0 && text[needed - 1] == '\n')
    text[--*length] = '\0';
  return text;
}

/* The lines of a file; of one that is too long those at its start and its end, without `hidden` ones in the middle. */
static char **
read_lines (const PgwPaneState *state,
            const char         *name,
            guint              *hidden)
{
  const struct machine *machine = pgw_pane_machine (state);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *text = NULL;
  gsize length = 0;
  guint n = 1, i = 0;

  *hidden = 0;
  if (is_of_task (name) && g_str_has_suffix (name, "/pagemap"))
    return read_pagemap (machine, atoi (name));
  text = read_text (machine, name, &length);
  if (text == NULL)
    return g_new0 (char *, 1);
  for (const char *at = text; (at = memchr (at, '\n', text + length - at)) != NULL; at++)
    n++;
  *hidden = n > MAX_LINES ? n - MAX_LINES : 0;
  for (char *at = text, *end; at != NULL; at = end != NULL ? end + 1 : NULL, i++)
    {
      end = memchr (at, '\n', text + length - at);
      if (end != NULL)
        *end = '\0';
      if (i < MAX_LINES / 2 || i >= MAX_LINES / 2 + *hidden)
        g_strv_builder_add (lines, at);
    }
  return g_strv_builder_end (lines);
}

/* The lines as they were when the current operation began, or NULL at the very start and where not all are shown. */
static char **
read_lines_before (const PgwPaneState *state,
                   const char         *name)
{
  PgwMoment moment = pgw_timeline_get_moment (state->timeline);
  guint64 op = pgw_timeline_op_at (state->timeline, moment.step);
  PgwOpRun run;
  char **lines;
  guint hidden;

  if (op == G_MAXUINT64 || !pgw_timeline_get_op_run (state->timeline, op, &run) || run.first_step > moment.step)
    return NULL;
  pgw_timeline_seek (state->timeline, run.first_step);
  lines = read_lines (state, name, &hidden);
  pgw_timeline_go_to_moment (state->timeline, moment);
  if (hidden > 0)
    g_clear_pointer (&lines, g_strfreev);
  return lines;
}

/* Width of a line in characters, tabs reaching to multiples of eight. */
static char *
expand_tabs (const char *line)
{
  GString *out = g_string_new (NULL);

  for (; *line != '\0'; line++)
    {
      if (*line != '\t')
        g_string_append_c (out, *line);
      else
        do
          g_string_append_c (out, ' ');
        while (out->len % 8 != 0);
    }
  return g_string_free (out, FALSE);
}

static gboolean
is_blank_column (char  **lines,
                 gsize   at)
{
  for (guint i = 0; lines[i] != NULL; i++)
    if (at < strlen (lines[i]) && lines[i][at] != ' ')
      return FALSE;
  return TRUE;
}

/* Tables have wide gaps: of columns that are blank in all lines, one is left between two others. */
static void
squeeze (char **lines)
{
  gsize longest = 0, at = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    longest = MAX (longest, strlen (lines[i]));
  while (at + 1 < longest)
    {
      if (!is_blank_column (lines, at) || !is_blank_column (lines, at + 1))
        {
          at++;
          continue;
        }
      for (guint i = 0; lines[i] != NULL; i++)
        if (at < strlen (lines[i]))
          memmove (lines[i] + at, lines[i] + at + 1, strlen (lines[i] + at));
      longest--;
    }
}

static char **
expand_all (char **lines)
{
  char **out = g_new0 (char *, g_strv_length (lines) + 1);

  for (guint i = 0; lines[i] != NULL; i++)
    out[i] = expand_tabs (lines[i]);
  return out;
}

static double
add_file_strip (PgwScene   *scene,
                const char *current,
                double      x,
                double      y,
                double      width,
                double      scale)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s", current);

  pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width, path);
  pgw_scene_say (scene, "%s", path);
  return pgw_type_line_height (PGW_STYLE_SMALL, scale) + ceil (4 * scale);
}

static double
natural_width (char  **lines,
               double  scale)
{
  gsize longest = 1;

  for (guint i = 0; lines[i] != NULL; i++)
    longest = MAX (longest, strlen (lines[i]));
  return longest * pgw_type_width ("0", PGW_STYLE_MONO | PGW_STYLE_SMALL, scale);
}

/* Larger type than usual where a short file has room for it, as on a projector; never smaller. */
static double
type_scale (char  **lines,
            double  width,
            double  height,
            double  scale)
{
  double wide = (width - 24 * scale) / natural_width (lines, scale);
  double high = height / ((g_strv_length (lines) + 2) * pgw_type_line_height (PGW_STYLE_SMALL, scale));

  return scale * CLAMP (MIN (wide, high) * 0.97, 1, LARGEST_TYPE);
}

/* A line of the file at `y`. */
static void
add_line (PgwScene   *scene,
          const char *shown,
          gboolean    changed,
          double      x,
          double      y,
          double      scale)
{
  double height = pgw_type_line_height (PGW_STYLE_SMALL, scale);

  if (changed)
    pgw_scene_add (scene, PGW_ITEM_BOX, 0, 0, PGW_COLOUR_CHANGED, PGW_STYLE_SOLID, x - 7 * scale, y, 3 * scale, height,
                   NULL);
  pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_TEXT, PGW_STYLE_MONO | PGW_STYLE_SMALL | (changed ? PGW_STYLE_BOLD : 0), x, y,
                      scene->width - x, shown);
}

/* Says how many lines are left out. */
static void
add_hidden (PgwScene *scene,
            guint     n,
            double    x,
            double    y)
{
  g_autofree char *text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "… %s more line …", "… %s more lines …", n),
                                           pgw_count (n));

  pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x, y, scene->width - x, text);
  pgw_scene_say (scene, "%s", text);
}

static PgwScene *
proc_layout (const PgwPaneState *state,
             double              width,
             double              height)
{
  PgwScene *scene = pgw_scene_new (width, height);
  g_autofree char *name = file_name (state);
  guint hidden;
  g_auto (GStrv) lines = read_lines (state, name, &hidden);
  g_auto (GStrv) before = hidden == 0 ? read_lines_before (state, name) : NULL;
  guint n = g_strv_length (lines), n_before = before == NULL ? 0 : g_strv_length (before);
  g_auto (GStrv) shown = expand_all (lines);
  double scale = type_scale (shown, width, height, pgw_pane_scale (state));
  double x = ceil (12 * scale), y = ceil (4 * scale), line_height;

  scene->font_scale = scale;
  if (natural_width (shown, scale) + 2 * x > width)
    squeeze (shown);
  scene->width = MAX (width, ceil (natural_width (shown, scale) + 2 * x));
  if (is_of_task (name))
    {
      g_autoptr (PgwMarks) marks = pgw_marks_new (state);

      y += pgw_pane_add_tasks (scene, state, marks, atoi (name), x, y, width - 2 * x);
    }
  if (g_str_has_prefix (name, "0/"))
    {
      pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_WRAP, x, y, width - 2 * x,
                          _("There is no task at this step."));
      pgw_scene_say (scene, _("There is no task at this step."));
      return scene;
    }
  y += add_file_strip (scene, name, x, y, width - 2 * x, scale);
  line_height = pgw_type_line_height (PGW_STYLE_SMALL, scale);
  for (guint i = 0; i < n; i++, y += line_height)
    {
      gboolean changed = before != NULL && (i >= n_before || strcmp (before[i], lines[i]) != 0);
      g_autofree char *line = NULL;

      if (hidden > 0 && i == MAX_LINES / 2)
        {
          add_hidden (scene, hidden, x, y);
          y += line_height;
        }
      line = expand_tabs (lines[i]);
      add_line (scene, shown[i], changed, x, y, scale);
      pgw_scene_say (scene, changed ? _("%s    (changed)") : "%s", line);
    }
  pgw_scene_grow (scene, y + ceil (4 * scale));
  return scene;
}

static char *
proc_subtitle (const PgwPaneState *state)
{
  g_autofree char *name = file_name (state);

  if (g_str_has_prefix (name, "0/"))
    return g_strdup (_("no task"));
  return g_strdup_printf ("/proc/%s", name);
}

const PgwPaneType pgw_proc_pane = {
  .id = "proc",
  .title = N_("/proc"),
  .layout = proc_layout,
  .subtitle = proc_subtitle,
};
