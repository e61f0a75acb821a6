/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Colours by meaning, in four schemes.
 *
 * The hues are those of Okabe and Ito, which people with any common kind of
 * colour blindness tell apart; what a colour says is also said by a pattern,
 * a label or a place. Text reaches a contrast of 4.5 to 1 on everything it
 * stands on (7 to 1 in the high-contrast schemes); a test holds it so.
 */
#include "config.h"

#include <math.h>

#include "pgw-scene.h"

#define RGB(hex) { ((hex) >> 16 & 0xff) / 255.0, ((hex) >> 8 & 0xff) / 255.0, ((hex) & 0xff) / 255.0, 1.0 }
#define KIND(name) [PGW_COLOUR_PAGE_KIND + VIEW_PAGE_##name]
#define MT(n) [PGW_COLOUR_MT + (n)]

static const PgwPalette light = { {
  KIND (HOLE) = RGB (0xf4f4f5),
  KIND (RESERVED) = RGB (0xc3c3c6),
  KIND (KERNEL) = RGB (0x606065),
  KIND (MEMMAP) = RGB (0xa8a29a),
  KIND (FREE) = RGB (0xe6ebf2),
  KIND (PCP) = RGB (0xf0e442),
  KIND (ALLOCATED) = RGB (0x56b4e9),
  KIND (SLAB) = RGB (0x009e73),
  KIND (PAGE_TABLE) = RGB (0xcc79a7),
  KIND (ANON) = RGB (0xe69f00),
  KIND (FILE) = RGB (0x0072b2),
  KIND (UNKNOWN) = RGB (0xb9a58b),
  MT (0) = RGB (0xd55e00),      /* unmovable */
  MT (1) = RGB (0x0072b2),      /* movable */
  MT (2) = RGB (0x009e73),      /* reclaimable */
  MT (3) = RGB (0xcc79a7),      /* highatomic */
  MT (4) = RGB (0x77767b),      /* isolate */
  [PGW_COLOUR_BACKGROUND] = RGB (0xfafafa),
  [PGW_COLOUR_SURFACE] = RGB (0xffffff),
  [PGW_COLOUR_LINE] = RGB (0xdcdce0),
  [PGW_COLOUR_TEXT] = RGB (0x2b2b2f),
  [PGW_COLOUR_DIM_TEXT] = RGB (0x68686e),
  [PGW_COLOUR_ACCENT] = RGB (0x1c71d8),
  [PGW_COLOUR_CHANGED] = RGB (0xe5a50a),
  [PGW_COLOUR_WARNING] = RGB (0xb5500a),
  [PGW_COLOUR_ERROR] = RGB (0xc01c28),
  [PGW_COLOUR_GOOD] = RGB (0x1d7f5f),
} };

static const PgwPalette dark = { {
  KIND (HOLE) = RGB (0x242428),
  KIND (RESERVED) = RGB (0x5e5e64),
  KIND (KERNEL) = RGB (0xc2c2c8),
  KIND (MEMMAP) = RGB (0x6f6a63),
  KIND (FREE) = RGB (0x3a3d45),
  KIND (PCP) = RGB (0xf0e442),
  KIND (ALLOCATED) = RGB (0x56b4e9),
  KIND (SLAB) = RGB (0x009e73),
  KIND (PAGE_TABLE) = RGB (0xcc79a7),
  KIND (ANON) = RGB (0xe69f00),
  KIND (FILE) = RGB (0x2f8fd0),
  KIND (UNKNOWN) = RGB (0x9a8a74),
  MT (0) = RGB (0xf0803c),
  MT (1) = RGB (0x56b4e9),
  MT (2) = RGB (0x26c297),
  MT (3) = RGB (0xdb92ba),
  MT (4) = RGB (0xa5a5ab),
  [PGW_COLOUR_BACKGROUND] = RGB (0x1d1d20),
  [PGW_COLOUR_SURFACE] = RGB (0x28282c),
  [PGW_COLOUR_LINE] = RGB (0x46464c),
  [PGW_COLOUR_TEXT] = RGB (0xf2f2f4),
  [PGW_COLOUR_DIM_TEXT] = RGB (0xb3b3b9),
  [PGW_COLOUR_ACCENT] = RGB (0x78aeed),
  [PGW_COLOUR_CHANGED] = RGB (0xf5c211),
  [PGW_COLOUR_WARNING] = RGB (0xffa348),
  [PGW_COLOUR_ERROR] = RGB (0xff8a80),
  [PGW_COLOUR_GOOD] = RGB (0x4fd1a5),
} };

static const PgwPalette high_contrast = { {
  KIND (HOLE) = RGB (0xffffff),
  KIND (RESERVED) = RGB (0x8c8c8c),
  KIND (KERNEL) = RGB (0x3d3d3d),
  KIND (MEMMAP) = RGB (0x666666),
  KIND (FREE) = RGB (0xd8e0ec),
  KIND (PCP) = RGB (0xe0cf00),
  KIND (ALLOCATED) = RGB (0x2b95d6),
  KIND (SLAB) = RGB (0x00704f),
  KIND (PAGE_TABLE) = RGB (0xd868a8),
  KIND (ANON) = RGB (0xd08700),
  KIND (FILE) = RGB (0x004a78),
  KIND (UNKNOWN) = RGB (0x8a7350),
  MT (0) = RGB (0xa84300),
  MT (1) = RGB (0x004a78),
  MT (2) = RGB (0x00583f),
  MT (3) = RGB (0x8f2a63),
  MT (4) = RGB (0x4a4a4a),
  [PGW_COLOUR_BACKGROUND] = RGB (0xffffff),
  [PGW_COLOUR_SURFACE] = RGB (0xffffff),
  [PGW_COLOUR_LINE] = RGB (0x5e5e5e),
  [PGW_COLOUR_TEXT] = RGB (0x000000),
  [PGW_COLOUR_DIM_TEXT] = RGB (0x3a3a3a),
  [PGW_COLOUR_ACCENT] = RGB (0x0b3fa8),
  [PGW_COLOUR_CHANGED] = RGB (0xb56a00),
  [PGW_COLOUR_WARNING] = RGB (0x7d3200),
  [PGW_COLOUR_ERROR] = RGB (0x99000c),
  [PGW_COLOUR_GOOD] = RGB (0x00523a),
} };

static const PgwPalette high_contrast_dark = { {
  KIND (HOLE) = RGB (0x000000),
  KIND (RESERVED) = RGB (0x5c5c5c),
  KIND (KERNEL) = RGB (0x8a8a8a),
  KIND (MEMMAP) = RGB (0x9a9a9a),
  KIND (FREE) = RGB (0x39404d),
  KIND (PCP) = RGB (0xfff04d),
  KIND (ALLOCATED) = RGB (0x6cc6ff),
  KIND (SLAB) = RGB (0x00c48f),
  KIND (PAGE_TABLE) = RGB (0xff9fce),
  KIND (ANON) = RGB (0xffb91f),
  KIND (FILE) = RGB (0x4fa8ef),
  KIND (UNKNOWN) = RGB (0xcbb38c),
  MT (0) = RGB (0xff9a5c),
  MT (1) = RGB (0x7cccff),
  MT (2) = RGB (0x4df0be),
  MT (3) = RGB (0xffb0d8),
  MT (4) = RGB (0xd8d8d8),
  [PGW_COLOUR_BACKGROUND] = RGB (0x000000),
  [PGW_COLOUR_SURFACE] = RGB (0x000000),
  [PGW_COLOUR_LINE] = RGB (0xa0a0a0),
  [PGW_COLOUR_TEXT] = RGB (0xffffff),
  [PGW_COLOUR_DIM_TEXT] = RGB (0xdadada),
  [PGW_COLOUR_ACCENT] = RGB (0x9cc9ff),
  [PGW_COLOUR_CHANGED] = RGB (0xffd93b),
  [PGW_COLOUR_WARNING] = RGB (0xffbe7a),
  [PGW_COLOUR_ERROR] = RGB (0xffaaa3),
  [PGW_COLOUR_GOOD] = RGB (0x7cf0c6),
} };

const PgwPalette *
pgw_palette_get (PgwScheme scheme)
{
  switch (scheme)
    {
    case PGW_SCHEME_DARK:
      return &dark;
    case PGW_SCHEME_HIGH_CONTRAST:
      return &high_contrast;
    case PGW_SCHEME_HIGH_CONTRAST_DARK:
      return &high_contrast_dark;
    case PGW_SCHEME_LIGHT:
    default:
      return &light;
    }
}

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const PgwRgba *colour)
{
  return 0.2126 * linear (colour->red) + 0.7152 * linear (colour->green) + 0.0722 * linear (colour->blue);
}

double
pgw_rgba_contrast (const PgwRgba *a,
                   const PgwRgba *b)
{
  double la = luminance (a);
  double lb = luminance (b);

  return (MAX (la, lb) + 0.05) / (MIN (la, lb) + 0.05);
}

PgwRgba
pgw_palette_tint (const PgwPalette *palette,
                  PgwColour         colour)
{
  const PgwRgba *full = &palette->colours[colour];
  const PgwRgba *surface = &palette->colours[PGW_COLOUR_SURFACE];
  double share = luminance (surface) > 0.5 ? 0.15 : 0.24;

  return (PgwRgba) {
    full->red * share + surface->red * (1 - share),
    full->green * share + surface->green * (1 - share),
    full->blue * share + surface->blue * (1 - share),
    1.0,
  };
}
