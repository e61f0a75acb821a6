/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Red-black trees: order, balance and augmented values after every one of many random changes, against a
 * sorted array.
 */
#include <glib.h>

#include "mm/rbtree.h"

#define N_NODES 300

typedef struct
{
  struct rb_node node;
  guint64 key;
  guint64 value;   /* any number */
  guint64 largest; /* value of the subtree */
} Item;

static Item *
item_of (const struct rb_node *node)
{
  return node != NULL ? (Item *)((char *)node - G_STRUCT_OFFSET (Item, node)) : NULL;
}

static guint64
compute (const Item *item)
{
  const Item *left = item_of (item->node.rb_left), *right = item_of (item->node.rb_right);
  guint64 largest = item->value;

  if (left != NULL)
    largest = MAX (largest, left->largest);
  if (right != NULL)
    largest = MAX (largest, right->largest);
  return largest;
}

static void
propagate (struct rb_node *node, struct rb_node *stop)
{
  for (; node != stop; node = rb_parent (node))
    {
      guint64 largest = compute (item_of (node));

      if (item_of (node)->largest == largest)
        break;
      item_of (node)->largest = largest;
    }
}

static void
copy (struct rb_node *old, struct rb_node *new)
{
  item_of (new)->largest = item_of (old)->largest;
}

static void
turn (struct rb_node *old, struct rb_node *new)
{
  copy (old, new);
  item_of (old)->largest = compute (item_of (old));
}

static const struct rb_augment_callbacks callbacks = { propagate, copy, turn };

static void
insert (struct rb_root *root, Item *item, gboolean augmented)
{
  struct rb_node **link = &root->rb_node, *parent = NULL;

  while (*link != NULL)
    {
      parent = *link;
      link = item->key < item_of (parent)->key ? &parent->rb_left : &parent->rb_right;
    }
  item->largest = 0;
  rb_link_node (&item->node, parent, link);
  if (augmented)
    rb_insert_augmented (&item->node, root, &callbacks);
  else
    rb_insert_color (&item->node, root);
}

/* The number of black nodes on each way down. */
static guint
check_subtree (const struct rb_node *node, const struct rb_node *parent, gboolean augmented)
{
  guint left, right;

  if (node == NULL)
    return 0;
  g_assert_true (rb_parent (node) == parent);
  if (rb_is_red (node))
    g_assert_true (parent != NULL && rb_is_black (parent));
  if (augmented)
    g_assert_cmpuint (item_of (node)->largest, ==, compute (item_of (node)));
  left = check_subtree (node->rb_left, node, augmented);
  right = check_subtree (node->rb_right, node, augmented);
  g_assert_cmpuint (left, ==, right);
  return left + rb_is_black (node);
}

static guint
depth (const struct rb_node *node)
{
  guint left = node != NULL ? depth (node->rb_left) : 0, right = node != NULL ? depth (node->rb_right) : 0;

  return node != NULL ? 1 + MAX (left, right) : 0;
}

/* In order, forwards and backwards, and exactly those that were put in. */
static void
check_order (const struct rb_root *root, Item *const *sorted, guint n)
{
  const struct rb_node *node = rb_first (root);
  guint i;

  for (i = 0; i < n; i++, node = rb_next (node))
    g_assert_true (item_of (node) == sorted[i]);
  g_assert_null (node);
  for (node = rb_last (root); i > 0; node = rb_prev (node))
    g_assert_true (item_of (node) == sorted[--i]);
  g_assert_null (node);
}

static void
test_random (gconstpointer data)
{
  gboolean augmented = GPOINTER_TO_INT (data);
  g_autofree Item *items = g_new0 (Item, N_NODES);
  Item *sorted[N_NODES];
  struct rb_root root = { NULL };
  guint n = 0;

  for (guint round = 0; round < 6000; round++)
    {
      Item *item = &items[g_test_rand_int_range (0, N_NODES)];
      gboolean growing = round / 1000 % 2 == 0;
      guint at = 0;

      if (item->key == 0 && (growing || g_test_rand_int_range (0, 4) == 0))
        {
          item->key = 1 + (guint64)(item - items) * 7919 % N_NODES;
          item->value = (guint64)g_test_rand_int_range (0, 1000);
          while (at < n && sorted[at]->key < item->key)
            at++;
          for (guint i = n++; i > at; i--)
            sorted[i] = sorted[i - 1];
          sorted[at] = item;
          insert (&root, item, augmented);
        }
      else if (item->key != 0 && (!growing || g_test_rand_int_range (0, 4) == 0))
        {
          while (sorted[at] != item)
            at++;
          for (n--; at < n; at++)
            sorted[at] = sorted[at + 1];
          item->key = 0;
          if (augmented)
            rb_erase_augmented (&item->node, &root, &callbacks);
          else
            rb_erase (&item->node, &root);
        }
      check_subtree (root.rb_node, NULL, augmented);
      check_order (&root, sorted, n);
    }
}

/* Keys that come in order make a list of a plain search tree; here the depth stays below twice the least one.
 */
static void
test_depth (void)
{
  const guint n = 100000;
  g_autofree Item *items = g_new0 (Item, n);
  struct rb_root root = { NULL };

  for (guint i = 0; i < n; i++)
    {
      items[i].key = i + 1;
      insert (&root, &items[i], FALSE);
    }
  g_assert_cmpuint (depth (root.rb_node), <=, 2 * 17);
  for (guint i = 0; i < n; i += 2)
    rb_erase (&items[i].node, &root);
  check_subtree (root.rb_node, NULL, FALSE);
  g_assert_cmpuint (depth (root.rb_node), <=, 2 * 17);
}

static void
test_empty (void)
{
  struct rb_root root = { NULL };
  Item item = { .key = 1 };

  g_assert_null (rb_first (&root));
  g_assert_null (rb_last (&root));
  insert (&root, &item, TRUE);
  g_assert_true (rb_is_black (root.rb_node));
  rb_erase_augmented (&item.node, &root, &callbacks);
  g_assert_null (root.rb_node);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rbtree/empty", test_empty);
  g_test_add_data_func ("/rbtree/random", GINT_TO_POINTER (FALSE), test_random);
  g_test_add_data_func ("/rbtree/random-augmented", GINT_TO_POINTER (TRUE), test_random);
  g_test_add_func ("/rbtree/depth", test_depth);
  return g_test_run ();
}
