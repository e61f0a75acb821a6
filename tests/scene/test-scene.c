/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scene container, tweens and the renderer, on scenes made by hand.
 */
#include "config.h"

#include <string.h>

#include "src/scene/pgw-scene-private.h"

static PgwItem *
add_block (PgwScene *scene,
           guint64   pfn,
           guint     order,
           double    x,
           double    y,
           double    width)
{
  char label[16];

  g_snprintf (label, sizeof label, "%x", (guint) pfn);
  return pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_BLOCK (pfn, order), mm_object (MM_OBJECT_PAGE, pfn),
                        PGW_COLOUR_MT, PGW_STYLE_MONO, x, y, width, 20, label);
}

static PgwScene *
map_scene (void)
{
  PgwScene *scene = pgw_scene_new (100, 100);
  PgwBitmap *bitmap = g_new0 (PgwBitmap, 1);

  bitmap->first_pfn = 0x100;
  bitmap->n_frames = bitmap->n_cells = 25;
  bitmap->frames_per_cell = 1;
  bitmap->columns = 10;
  bitmap->pitch = 4;
  bitmap->pitch_y = 5;
  bitmap->cells = g_malloc0 (25);
  memset (bitmap->cells, VIEW_PAGE_FREE, 25);
  pgw_scene_add_bitmap (scene, 1, 20, 30, bitmap);
  return scene;
}

static const PgwItem *
find_by_id (PgwScene *scene,
            guint64   id)
{
  guint n;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  for (guint i = 0; i < n; i++)
    if (items[i].id == id)
      return &items[i];
  return NULL;
}

static void
test_pick_takes_the_topmost (void)
{
  g_autoptr (PgwScene) scene = pgw_scene_new (200, 100);
  mm_object_t object;

  add_block (scene, 8, 3, 10, 10, 60);
  add_block (scene, 16, 3, 40, 10, 60);
  pgw_scene_add (scene, PGW_ITEM_BOX, 0, 0, PGW_COLOUR_LINE, 0, 0, 0, 200, 100, NULL);
  g_assert_nonnull (pgw_scene_pick (scene, 50, 15, &object));
  g_assert_cmpuint (mm_object_id (object), ==, 16);
  g_assert_nonnull (pgw_scene_pick (scene, 39.5, 15, &object));
  g_assert_cmpuint (mm_object_id (object), ==, 8);
  g_assert_null (pgw_scene_pick (scene, 5, 5, &object));
  g_assert_cmpuint (object, ==, 0);
  g_assert_null (pgw_scene_pick (scene, 20, 30, NULL));
}

static void
test_pick_in_a_map (void)
{
  g_autoptr (PgwScene) scene = map_scene ();
  mm_object_t object;
  double x, y, width, height;

  g_assert_nonnull (pgw_scene_pick (scene, 20 + 4 * 3 + 1, 30 + 5 + 1, &object));
  g_assert_cmphex (object, ==, mm_object (MM_OBJECT_PAGE, 0x100 + 13));
  /* The last row is not full. */
  g_assert_null (pgw_scene_pick (scene, 20 + 4 * 7, 30 + 5 * 2 + 1, &object));
  g_assert_true (pgw_scene_locate (scene, mm_object (MM_OBJECT_PAGE, 0x100 + 13), &x, &y, &width, &height));
  g_assert_cmpfloat (x, ==, 32);
  g_assert_cmpfloat (y, ==, 35);
  g_assert_cmpfloat (width, ==, 4);
  g_assert_cmpfloat (height, ==, 5);
  g_assert_false (pgw_scene_locate (scene, mm_object (MM_OBJECT_PAGE, 0x200), &x, &y, &width, &height));
}

static void
test_find_a_page_in_its_block (void)
{
  g_autoptr (PgwScene) scene = pgw_scene_new (200, 100);

  add_block (scene, 8, 3, 10, 10, 60);
  g_assert_nonnull (pgw_scene_find (scene, mm_object (MM_OBJECT_PAGE, 15)));
  g_assert_null (pgw_scene_find (scene, mm_object (MM_OBJECT_PAGE, 16)));
  g_assert_null (pgw_scene_find (scene, 0));
}

static void
test_neighbours (void)
{
  g_autoptr (PgwScene) scene = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) map = map_scene ();
  mm_object_t a = mm_object (MM_OBJECT_PAGE, 8), b = mm_object (MM_OBJECT_PAGE, 16), c = mm_object (MM_OBJECT_PAGE, 32);

  add_block (scene, 8, 3, 10, 10, 60);
  add_block (scene, 16, 3, 80, 10, 60);
  add_block (scene, 32, 3, 10, 50, 60);
  g_assert_cmphex (pgw_scene_neighbour (scene, a, 1, 0), ==, b);
  g_assert_cmphex (pgw_scene_neighbour (scene, b, -1, 0), ==, a);
  g_assert_cmphex (pgw_scene_neighbour (scene, a, 0, 1), ==, c);
  g_assert_cmphex (pgw_scene_neighbour (scene, c, 0, -1), ==, a);
  g_assert_cmphex (pgw_scene_neighbour (scene, a, -1, 0), ==, a);
  g_assert_cmphex (pgw_scene_neighbour (scene, 0, 1, 0), ==, a);
  g_assert_cmphex (pgw_scene_neighbour (map, mm_object (MM_OBJECT_PAGE, 0x105), 1, 0), ==,
                   mm_object (MM_OBJECT_PAGE, 0x106));
  g_assert_cmphex (pgw_scene_neighbour (map, mm_object (MM_OBJECT_PAGE, 0x105), 0, 1), ==,
                   mm_object (MM_OBJECT_PAGE, 0x10f));
}

static void
test_tween_moves (void)
{
  g_autoptr (PgwScene) from = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) to = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) start = NULL, middle = NULL, end = NULL;
  const PgwItem *item;

  add_block (from, 8, 3, 10, 10, 60);
  add_block (to, 8, 3, 110, 50, 60);
  start = pgw_scene_tween (from, to, 0);
  middle = pgw_scene_tween (from, to, 0.5);
  end = pgw_scene_tween (from, to, 1);
  g_assert_true (end == to);
  g_assert_cmpfloat (find_by_id (start, PGW_ITEM_ID_BLOCK (8, 3))->x, ==, 10);
  item = find_by_id (middle, PGW_ITEM_ID_BLOCK (8, 3));
  g_assert_cmpfloat_with_epsilon (item->x, 60, 0.01);
  g_assert_cmpfloat_with_epsilon (item->y, 30, 0.01);
  g_assert_cmpfloat (item->opacity, ==, 1);
}

static void
test_tween_shows_a_split_and_a_merge (void)
{
  g_autoptr (PgwScene) whole = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) halves = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) split = NULL, merge = NULL;
  const PgwItem *right;

  add_block (whole, 8, 3, 10, 50, 80);
  add_block (halves, 8, 2, 10, 10, 40);
  add_block (halves, 12, 2, 60, 10, 40);
  /* The new halves start where the whole was ... */
  split = pgw_scene_tween (whole, halves, 0.001);
  right = find_by_id (split, PGW_ITEM_ID_BLOCK (12, 2));
  g_assert_cmpfloat_with_epsilon (right->x, 10, 0.1);
  g_assert_cmpfloat_with_epsilon (right->y, 50, 0.1);
  g_assert_nonnull (find_by_id (split, PGW_ITEM_ID_BLOCK (8, 3)));
  /* ... and the other way round they end where it is. */
  merge = pgw_scene_tween (halves, whole, 0.69);
  right = find_by_id (merge, PGW_ITEM_ID_BLOCK (12, 2));
  g_assert_nonnull (right);
  g_assert_cmpfloat (right->x, <, 35);
  g_assert_cmpfloat (right->y, >, 30);
}

static void
test_tween_fades (void)
{
  g_autoptr (PgwScene) from = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) to = pgw_scene_new (300, 100);
  float going = 1, coming = 0;

  add_block (from, 8, 0, 10, 10, 60);
  add_block (to, 99, 0, 110, 50, 60);
  for (double t = 0.05; t < 1; t += 0.05)
    {
      g_autoptr (PgwScene) scene = pgw_scene_tween (from, to, t);
      const PgwItem *old = find_by_id (scene, PGW_ITEM_ID_BLOCK (8, 0));
      const PgwItem *new = find_by_id (scene, PGW_ITEM_ID_BLOCK (99, 0));
      float opacity = old != NULL ? old->opacity : 0;

      g_assert_cmpfloat (opacity, <=, going);
      g_assert_cmpfloat (new->opacity, >=, coming);
      going = opacity;
      coming = new->opacity;
    }
  g_assert_cmpfloat (going, ==, 0);
  g_assert_cmpfloat (coming, ==, 1);
}

/* A tween that is interrupted goes on from where it stands, also when the first picture is gone. */
static void
test_tween_of_a_tween (void)
{
  PgwScene *a = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) b = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) c = pgw_scene_new (300, 100);
  g_autoptr (PgwScene) first = NULL, second = NULL;
  g_autofree char *text = NULL;

  add_block (a, 8, 0, 0, 10, 60);
  add_block (a, 77, 0, 0, 40, 60);
  add_block (b, 8, 0, 100, 10, 60);
  add_block (c, 8, 0, 200, 10, 60);
  pgw_scene_say (c, "third");
  first = pgw_scene_tween (a, b, 0.3);
  pgw_scene_unref (a);
  second = pgw_scene_tween (first, c, 0);
  g_assert_cmpfloat (find_by_id (second, PGW_ITEM_ID_BLOCK (8, 0))->x, ==,
                     find_by_id (first, PGW_ITEM_ID_BLOCK (8, 0))->x);
  g_assert_cmpstr (find_by_id (second, PGW_ITEM_ID_BLOCK (77, 0))->label, ==, "4d");
  text = pgw_scene_to_text (second);
  g_assert_cmpstr (text, ==, "third\n");
}

/* ---- The renderer ---- */

static PgwScene *
chips (guint moved)
{
  PgwScene *scene = pgw_scene_new (640, 480);

  for (guint i = 0; i < 200; i++)
    {
      add_block (scene, i * 8, 3, i % 10 * 60 + (i == moved ? 7.3 : 2), i / 10 * 24 + (i == moved ? 3 : 0), 50);
      if (i % 17 == 0)
        g_array_index (scene->items, PgwItem, i).style |= PGW_STYLE_CHANGED;
    }
  pgw_scene_add_text (scene, 5, 0, PGW_COLOUR_TEXT, PGW_STYLE_TITLE, 595, 2, 44, moved % 2 ? "odd" : "even");
  return scene;
}

static gboolean
same_pixels (cairo_surface_t *a,
             cairo_surface_t *b)
{
  int stride = cairo_image_surface_get_stride (a), rows = cairo_image_surface_get_height (a);

  cairo_surface_flush (a);
  cairo_surface_flush (b);
  if (stride != cairo_image_surface_get_stride (b) || rows != cairo_image_surface_get_height (b))
    return FALSE;
  for (int y = 0; y < rows; y++)
    {
      const guint32 *line_a = (const guint32 *) (gpointer) (cairo_image_surface_get_data (a) + y * stride);
      const guint32 *line_b = (const guint32 *) (gpointer) (cairo_image_surface_get_data (b) + y * stride);

      for (int x = 0; x < stride / 4; x++)
        if ((line_a[x] ^ line_b[x]) & 0xffffff)
          return FALSE;
    }
  return TRUE;
}

/* Repainting only what changed gives what painting everything gives. */
static void
test_renderer_repaints_what_changed (void)
{
  const PgwPalette *palette = pgw_palette_get (PGW_SCHEME_LIGHT);
  PgwRenderer *kept = pgw_renderer_new ();

  for (guint step = 0; step < 12; step++)
    {
      g_autoptr (PgwScene) scene = chips (step * 37 % 200);
      PgwRenderer *fresh = pgw_renderer_new ();

      g_assert_true (same_pixels (pgw_renderer_update (kept, scene, palette, 1, 1),
                                  pgw_renderer_update (fresh, scene, palette, 1, 1)));
      g_assert_cmpuint (pgw_renderer_get_n_painted (fresh), ==, 201);
      if (step > 0)
        {
          g_assert_cmpuint (pgw_renderer_get_n_painted (kept), <, 120);
          g_assert_cmpuint (pgw_renderer_get_n_painted (kept), >, 0);
        }
      /* The same scene again costs nothing. */
      pgw_renderer_update (kept, scene, palette, 1, 1);
      g_assert_cmpuint (pgw_renderer_get_n_painted (kept), ==, 0);
      pgw_renderer_free (fresh);
    }
  pgw_renderer_free (kept);
}

/* Another scheme, size of type or density is not painted over the old picture. */
static void
test_renderer_follows_its_options (void)
{
  g_autoptr (PgwScene) scene = chips (3);
  PgwRenderer *renderer = pgw_renderer_new ();
  PgwRenderer *fresh = pgw_renderer_new ();
  cairo_surface_t *surface;

  pgw_renderer_update (renderer, scene, pgw_palette_get (PGW_SCHEME_LIGHT), 1, 1);
  surface = pgw_renderer_update (renderer, scene, pgw_palette_get (PGW_SCHEME_DARK), 1, 1);
  g_assert_true (same_pixels (surface, pgw_renderer_update (fresh, scene, pgw_palette_get (PGW_SCHEME_DARK), 1, 1)));
  surface = pgw_renderer_update (renderer, scene, pgw_palette_get (PGW_SCHEME_DARK), 1.5, 2);
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 1280);
  pgw_renderer_free (fresh);
  fresh = pgw_renderer_new ();
  g_assert_true (same_pixels (surface, pgw_renderer_update (fresh, scene, pgw_palette_get (PGW_SCHEME_DARK), 1.5, 2)));
  pgw_renderer_free (fresh);
  pgw_renderer_free (renderer);
}

/* Where two pictures differ by more than the rounding of edges. */
static guint
count_far_pixels (cairo_surface_t *a,
                  cairo_surface_t *b)
{
  guint far = 0;

  for (int y = 0; y < cairo_image_surface_get_height (a); y++)
    for (int x = 0; x < cairo_image_surface_get_width (a) * 4; x++)
      {
        int stride = cairo_image_surface_get_stride (a);

        far += x % 4 != 3 && ABS ((int) cairo_image_surface_get_data (a)[y * stride + x] -
                                  (int) cairo_image_surface_get_data (b)[y * stride + x]) > 40;
      }
  return far;
}

/* Sprites look like what is drawn directly. */
static void
test_renderer_agrees_with_direct_drawing (void)
{
  g_autoptr (PgwScene) scene = chips (3);
  const PgwPalette *palette = pgw_palette_get (PGW_SCHEME_LIGHT);
  PgwRenderer *renderer = pgw_renderer_new ();
  cairo_surface_t *direct = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 640, 480);
  cairo_t *cr = cairo_create (direct);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  pgw_scene_render (scene, cr, palette, 1);
  cairo_destroy (cr);
  cairo_surface_flush (direct);
  g_assert_cmpuint (count_far_pixels (direct, pgw_renderer_update (renderer, scene, palette, 1, 1)), <, 640 * 480 / 100);
  pgw_renderer_free (renderer);
  cairo_surface_destroy (direct);
}

/* ---- Text ---- */

static void
test_text_is_cut_or_left_out (void)
{
  g_autoptr (PgwScene) scene = pgw_scene_new (300, 100);
  const char *text = "free_area of zone Normal";
  double natural = pgw_type_width (text, 0, 1);
  PgwItem *item;

  item = pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_TEXT, 0, 10, 10, natural + 50, text);
  g_assert_cmpfloat (item->width, <=, natural + 1);
  item = pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_TEXT, 0, 10, 10, 80, text);
  g_assert_cmpfloat (item->width, ==, 80);
  g_assert_null (pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_TEXT, 0, 10, 10, 12, text));
  item = pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_TEXT, PGW_STYLE_ALIGN_END, 10, 10, natural + 50, text);
  g_assert_cmpfloat_with_epsilon (item->x + item->width, 10 + natural + 50, 1);
}

static void
test_digits_are_of_one_width (void)
{
  double zero = pgw_type_width ("0", PGW_STYLE_MONO, 1);

  for (char digit[] = "1"; digit[0] <= '9'; digit[0]++)
    g_assert_cmpfloat_with_epsilon (pgw_type_width (digit, PGW_STYLE_MONO, 1), zero, 0.01);
  g_assert_cmpfloat_with_epsilon (pgw_type_width ("0000", PGW_STYLE_MONO, 2), 8 * zero, 0.05);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/pick/topmost", test_pick_takes_the_topmost);
  g_test_add_func ("/scene/pick/map", test_pick_in_a_map);
  g_test_add_func ("/scene/find/page-in-block", test_find_a_page_in_its_block);
  g_test_add_func ("/scene/neighbours", test_neighbours);
  g_test_add_func ("/scene/tween/moves", test_tween_moves);
  g_test_add_func ("/scene/tween/split-and-merge", test_tween_shows_a_split_and_a_merge);
  g_test_add_func ("/scene/tween/fades", test_tween_fades);
  g_test_add_func ("/scene/tween/of-a-tween", test_tween_of_a_tween);
  g_test_add_func ("/scene/renderer/repaints-what-changed", test_renderer_repaints_what_changed);
  g_test_add_func ("/scene/renderer/follows-its-options", test_renderer_follows_its_options);
  g_test_add_func ("/scene/renderer/agrees-with-direct-drawing", test_renderer_agrees_with_direct_drawing);
  g_test_add_func ("/scene/text/cut-or-left-out", test_text_is_cut_or_left_out);
  g_test_add_func ("/scene/text/digits", test_digits_are_of_one_width);
  return g_test_run ();
}
