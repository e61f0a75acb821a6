/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine that a recording was made on, and its memory as the start of a
 * scenario.
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "pgw-recording.h"
#include "pgw-replay.h"

#define PAGEBLOCK_PAGES 512ull
#define KERNEL_SIZE     (256ull << 10)

gboolean
pgw_recording_sniff (const guint8 *head,
                     gsize         length)
{
  static const struct {
    const char *bytes;
    gsize       length;
  } starts[] = { { "SNAP ", 5 }, { "> ", 2 }, { "\xfd" "7zXZ", 6 }, { "\x1f\x8b", 2 } };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (starts); i++)
    if (length >= starts[i].length && memcmp (head, starts[i].bytes, starts[i].length) == 0)
      return TRUE;
  return FALSE;
}

/* Adds [start, end) to the machine's memory; joins it to the region before where they touch. */
static gboolean
add_region (struct machine_config *config,
            guint64                start,
            guint64                end)
{
  struct memory_region *last = config->nr_regions ? &config->regions[config->nr_regions - 1] : NULL;

  if (start >= end)
    return TRUE;
  if (last != NULL && last->base + last->size == start * PAGE_SIZE)
    {
      last->size += (end - start) * PAGE_SIZE;
      return TRUE;
    }
  if (config->nr_regions == MAX_MEMORY_REGIONS)
    return FALSE;
  config->regions[config->nr_regions++] = (struct memory_region) {
    .base = start * PAGE_SIZE,
    .size = (end - start) * PAGE_SIZE,
  };
  return TRUE;
}

/* By whole pageblocks; which frames of them are missing is for boot() to find out. */
static gboolean
add_zone (struct machine_config      *config,
          const struct snapshot_zone *zone)
{
  guint64 first = ALIGN_DOWN (zone->start_pfn, PAGEBLOCK_PAGES);
  guint i;

  for (i = 0; i < zone->nr_pageblocks; i++)
    {
      guint64 start = first + i * PAGEBLOCK_PAGES, end = start + PAGEBLOCK_PAGES;

      if (zone->pageblocks[i] >= 0
          && !add_region (config, MAX (start, zone->start_pfn), MIN (end, zone->start_pfn + zone->spanned)))
        return FALSE;
    }
  return TRUE;
}

/* Where the kernel's image lay is not recorded; what matters is that it fits. */
static void
place_kernel (struct machine_config *config)
{
  const struct memory_region *largest = &config->regions[0];
  guint i;

  for (i = 1; i < config->nr_regions; i++)
    if (config->regions[i].size > largest->size)
      largest = &config->regions[i];
  config->kernel_size = MIN (KERNEL_SIZE, ALIGN_DOWN (largest->size / 4, PAGE_SIZE));
  config->kernel_base = largest->base + largest->size - config->kernel_size;
}

gboolean
pgw_record_snapshot_config (const struct machine_snapshot *snapshot,
                            struct machine_config         *config,
                            GError                       **error)
{
  struct machine_error problem;
  struct machine_layout layout;
  guint64 min = 0;
  guint i;

  *config = (struct machine_config) { .nr_nodes = 1, .nr_cpus = snapshot->zones[0].nr_cpus };
  for (i = 0; i < snapshot->nr_zones; i++)
    {
      const struct snapshot_zone *zone = &snapshot->zones[i];
      guint64 end = (zone->start_pfn + zone->spanned) * PAGE_SIZE;

      /* A zone ends where the next one starts; holes between two belong to neither. */
      if (i + 1 < snapshot->nr_zones)
        end = snapshot->zones[i + 1].start_pfn * PAGE_SIZE;
      if (zone->idx == 0)
        config->zone_dma_end = i + 1 < snapshot->nr_zones ? end : MAX (end, 16ull << 20);
      else if (zone->idx == 1)
        config->zone_dma32_end = i + 1 < snapshot->nr_zones ? end : MAX (end, 4ull << 30);
      else if (zone->idx > 2)
        {
          g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_MACHINE,
                       _("the recorded machine has a zone Movable, which is not simulated"));
          return FALSE;
        }
      if (!add_zone (config, zone))
        {
          g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_MACHINE,
                       _("the memory of the recorded machine is in more than %d pieces"),
                       MAX_MEMORY_REGIONS);
          return FALSE;
        }
      min += zone->wmark[0];
    }

  /* Zones that the machine does not have end where the next lower one does. */
  if (snapshot->zones[0].idx == 2)
    config->zone_dma32_end = ALIGN_DOWN (snapshot->zones[0].start_pfn, PAGEBLOCK_PAGES) * PAGE_SIZE;
  if (config->zone_dma32_end == 0)
    config->zone_dma32_end = snapshot->nr_zones > 1 ? config->zone_dma_end : MAX (4ull << 30, config->zone_dma_end);
  if (snapshot->zones[0].idx > 0)
    config->zone_dma_end = MIN (16ull << 20, ALIGN_DOWN (snapshot->zones[0].start_pfn, PAGEBLOCK_PAGES) * PAGE_SIZE);
  place_kernel (config);
  config->min_free_kbytes = min * (PAGE_SIZE / 1024);

  if (machine_layout (config, &layout, &problem) != 0)
    {
      g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_MACHINE,
                   _("the recorded machine cannot be simulated: %s should be %s"),
                   problem.field, _(problem.expected));
      return FALSE;
    }
  return TRUE;
}

gboolean
pgw_recording_load_snapshot (GFile                    *file,
                             struct machine_config    *config,
                             struct machine_snapshot **snapshot,
                             GError                  **error)
{
  g_autoptr (PgwReplay) replay = NULL;

  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (config != NULL && snapshot != NULL, FALSE);

  replay = pgw_replay_new (file, error);
  if (replay == NULL)
    return FALSE;
  *config = *pgw_replay_get_config (replay);
  config->nr_slots = 0;
  *snapshot = pgw_replay_take_snapshot (replay);
  return TRUE;
}
