/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of addresses chosen in the picture of address spaces: wherever they
 * begin and go, they are whole pages within their bounds, and a gap, a VMA's
 * pages and its end are told apart.
 */
#include "fixture.h"
#include "src/scene/pgw-pane-private.h"
#include "src/scene/pgw-space-range.h"

typedef struct {
  Fixture              *fixture;
  PgwPaneState          state;
  PgwScene             *scene;
  const struct machine *machine;
} Picture;

static void
picture_init (Picture    *self,
              const char *name,
              int         width)
{
  self->fixture = fixture_load (name);
  self->state = fixture_state (self->fixture);
  pgw_timeline_seek (self->fixture->timeline, pgw_timeline_get_length (self->fixture->timeline) * 4 / 5);
  self->scene = pgw_pane_type_by_id ("space")->layout (&self->state, width, 600);
  self->machine = pgw_timeline_get_machine (self->fixture->timeline);
}

static void
picture_clear (Picture *self)
{
  pgw_scene_unref (self->scene);
  fixture_free (self->fixture);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

static gboolean
is_mapped (const Picture *self,
           gint32         pid,
           guint64        address)
{
  struct view_vma vmas[256];
  guint n = view_vmas (self->machine, pid, vmas, G_N_ELEMENTS (vmas));

  g_assert_cmpuint (n, <=, G_N_ELEMENTS (vmas));
  for (guint i = 0; i < n; i++)
    if (address >= vmas[i].start && address < vmas[i].end)
      return TRUE;
  return FALSE;
}

static void
check_range (const Picture       *self,
             const PgwSpaceRange *range)
{
  g_autofree char *text = pgw_space_range_text (range);
  double x, width;

  g_assert_cmpuint (range->start, <, range->end);
  g_assert_cmphex (range->start % PAGE_SIZE, ==, 0);
  g_assert_cmphex (range->end % PAGE_SIZE, ==, 0);
  g_assert_cmphex (range->start, >=, range->low);
  g_assert_cmphex (range->end, <=, range->high);
  if (range->kind != PGW_RANGE_END)
    {
      g_assert_cmpint (is_mapped (self, range->pid, range->start), ==, range->kind == PGW_RANGE_PAGES);
      g_assert_cmpint (is_mapped (self, range->pid, range->end - PAGE_SIZE), ==, range->kind == PGW_RANGE_PAGES);
    }
  pgw_space_range_area (range, &x, &width);
  g_assert_cmpfloat (x, >=, range->x - 0.5);
  g_assert_cmpfloat (width, >=, 1);
  g_assert_cmpuint (strlen (text), >, 10);
}

/* From everywhere in the picture, to everywhere. */
static void
test_everywhere (void)
{
  static const char *const names[] = { "mremap", "fork-cow", "merge-split", "program-start", "stack-growth", "bulk" };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  guint seen[4] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (names) * 2; i++)
    {
      g_auto (Picture) picture = { 0 };

      picture_init (&picture, names[i / 2], i % 2 == 0 ? 420 : 900);
      for (guint j = 0; j < 3000; j++)
        {
          double width = pgw_scene_get_width (picture.scene), height = pgw_scene_get_height (picture.scene);
          PgwSpaceRange range;

          if (!pgw_space_range_begin (picture.scene, picture.machine, g_rand_double (random) * width,
                                      g_rand_double (random) * height, &range))
            {
              g_assert_cmpint (range.kind, ==, PGW_RANGE_NONE);
              continue;
            }
          seen[range.kind]++;
          check_range (&picture, &range);
          for (guint k = 0; k < 4; k++)
            {
              pgw_space_range_move (&range, g_rand_double_range (random, -200, width + 200));
              check_range (&picture, &range);
              pgw_space_range_extend (&range, g_rand_int_range (random, -20, 20));
              check_range (&picture, &range);
            }
        }
    }
  g_assert_cmpuint (seen[PGW_RANGE_GAP], >, 50);
  g_assert_cmpuint (seen[PGW_RANGE_PAGES], >, 50);
  g_assert_cmpuint (seen[PGW_RANGE_END], >, 5);
}

/* What the keyboard does from a selection is what the pointer does from the same place. */
static void
test_keyboard (void)
{
  g_auto (Picture) picture = { 0 };
  struct view_vma vmas[64];
  PgwSpaceRange range;
  gint32 pid;
  guint n, gaps = 0;

  picture_init (&picture, "mremap", 600);
  pid = pgw_pane_task (&picture.state);
  n = view_vmas (picture.machine, pid, vmas, G_N_ELEMENTS (vmas));
  g_assert_cmpuint (n, >, 2);
  for (guint i = 0; i < n; i++)
    {
      const guint64 pages = (vmas[i].end - vmas[i].start) / PAGE_SIZE;
      mm_object_t object = mm_object (MM_OBJECT_VMA, vmas[i].nr);

      g_assert_true (pgw_space_range_of (picture.scene, picture.machine, pid, object, FALSE, &range));
      g_assert_cmphex (range.start, ==, vmas[i].start);
      g_assert_cmphex (range.end, ==, vmas[i].start + range.step);
      pgw_space_range_extend (&range, pages);
      g_assert_cmphex (range.end, ==, vmas[i].end);
      pgw_space_range_extend (&range, -(int) pages);
      g_assert_cmphex (range.end, ==, vmas[i].start + range.step);

      g_assert_true (pgw_space_range_of (picture.scene, picture.machine, pid, object, TRUE, &range));
      g_assert_cmphex (range.end, ==, vmas[i].end);
      pgw_space_range_extend (&range, 1);
      g_assert_cmphex (range.end, >=, vmas[i].end);
      pgw_space_range_extend (&range, -100000);
      g_assert_cmphex (range.end, >, vmas[i].start);
      g_assert_cmphex (range.end, <=, vmas[i].start + range.step);
      if (i > 0 && vmas[i - 1].end < vmas[i].start)
        {
          g_assert_true (pgw_space_range_of (picture.scene, picture.machine, pid, mm_pte_object (pid, vmas[i - 1].end, 1),
                                             FALSE, &range));
          g_assert_cmpint (range.kind, ==, PGW_RANGE_GAP);
          g_assert_cmphex (range.start, ==, vmas[i - 1].end);
          gaps++;
        }
    }
  g_assert_cmpuint (gaps, >, 0);
  g_assert_false (pgw_space_range_of (picture.scene, picture.machine, pid, mm_object (MM_OBJECT_ZONE, 0), FALSE, &range));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_set_language (FALSE);
  g_test_add_func ("/ranges/everywhere", test_everywhere);
  g_test_add_func ("/ranges/keyboard", test_keyboard);
  return g_test_run ();
}
