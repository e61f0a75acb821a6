// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names: how the core's numbers read, and back. Masks are written as the
 * kernel's traces write them (include/trace/events/mmflags.h), so that a mask
 * seen here can be looked up there.
 */
#include "internal.h"
#include "seq_file.h"
#include "slab.h"
#include "view.h"

struct flag_name {
	u64 mask;
	const char *name;
};

/*
 * The masks of many bits come first: the first one that is wholly contained
 * is named, what it leaves goes on being named.
 */
static const struct flag_name gfp_names[] = {
#define NAME(flag)          \
	{                   \
		flag, #flag \
	}
	NAME(GFP_TRANSHUGE),
	NAME(GFP_TRANSHUGE_LIGHT),
	NAME(GFP_HIGHUSER_MOVABLE),
	NAME(GFP_HIGHUSER),
	NAME(GFP_USER),
	NAME(GFP_KERNEL_ACCOUNT),
	NAME(GFP_KERNEL),
	NAME(GFP_NOFS),
	NAME(GFP_ATOMIC),
	NAME(GFP_NOIO),
	NAME(GFP_NOWAIT),
	NAME(GFP_DMA),
	NAME(__GFP_HIGHMEM),
	NAME(GFP_DMA32),
	NAME(__GFP_HIGH),
	NAME(__GFP_ATOMIC),
	NAME(__GFP_IO),
	NAME(__GFP_FS),
	NAME(__GFP_NOWARN),
	NAME(__GFP_RETRY_MAYFAIL),
	NAME(__GFP_NOFAIL),
	NAME(__GFP_NORETRY),
	NAME(__GFP_COMP),
	NAME(__GFP_ZERO),
	NAME(__GFP_NOMEMALLOC),
	NAME(__GFP_MEMALLOC),
	NAME(__GFP_HARDWALL),
	NAME(__GFP_THISNODE),
	NAME(__GFP_RECLAIMABLE),
	NAME(__GFP_MOVABLE),
	NAME(__GFP_ACCOUNT),
	NAME(__GFP_WRITE),
	NAME(__GFP_RECLAIM),
	NAME(__GFP_DIRECT_RECLAIM),
	NAME(__GFP_KSWAPD_RECLAIM),
	NAME(__GFP_ZEROTAGS),
	/* Other names of the same bits, which people write. */
	NAME(__GFP_DMA),
	NAME(__GFP_DMA32),
};

/* ALLOC_WMARK_* is a number in the lowest two bits and handled apart. */
static const struct flag_name alloc_flag_names[] = {
	NAME(ALLOC_NO_WATERMARKS), NAME(ALLOC_OOM),    NAME(ALLOC_NON_BLOCK),
	NAME(ALLOC_MIN_RESERVE),   NAME(ALLOC_CPUSET), NAME(ALLOC_NOFRAGMENT),
	NAME(ALLOC_HIGHATOMIC),	   NAME(ALLOC_KSWAPD),
#undef NAME
};

static const struct flag_name page_flag_names[] = {
#define X(name) { 1UL << PG_##name, #name },
	PAGE_FLAGS(X)
#undef X
};

static const char *const migratetype_names[] = {
	"Unmovable", "Movable", "Reclaimable", "HighAtomic", "Isolate",
};

static const char *const zone_names[] = {
	"DMA", "DMA32", "Normal", "Movable", "Device",
};

static const char *const tunable_names[] = {
#define X(name) #name,
	MM_TUNABLES(X)
#undef X
};

static const char *const op_names[] = {
#define MM_OP(name) #name,
#include "ops.def"
#undef MM_OP
};

static const char *const page_kind_names[NR_VIEW_PAGE_KINDS] = {
	[VIEW_PAGE_HOLE] = "hole",
	[VIEW_PAGE_RESERVED] = "reserved",
	[VIEW_PAGE_KERNEL] = "kernel image",
	[VIEW_PAGE_MEMMAP] = "mem_map",
	[VIEW_PAGE_FREE] = "free",
	[VIEW_PAGE_PCP] = "per-CPU list",
	[VIEW_PAGE_ALLOCATED] = "allocated",
	[VIEW_PAGE_SLAB] = "slab",
	[VIEW_PAGE_PAGE_TABLE] = "page table",
	[VIEW_PAGE_ANON] = "anonymous",
	[VIEW_PAGE_FILE] = "file",
	[VIEW_PAGE_UNKNOWN] = "in use before",
};

static const char *const bug_names[] = {
	"?",
#define BUG(text) text,
#include "bugs.def"
#undef BUG
};

static const struct {
	s64 error;
	const char *name;
} errno_names[] = {
#define NAME(error)           \
	{                     \
		error, #error \
	}
	NAME(EPERM),  NAME(ENOENT), NAME(EAGAIN),    NAME(ENOMEM),     NAME(EACCES),  NAME(EFAULT),
	NAME(ESRCH),  NAME(EINTR),  NAME(EIO),	     NAME(EBADF),      NAME(ECHILD),  NAME(ENODEV),
	NAME(EFBIG),  NAME(ESPIPE), NAME(EOVERFLOW), NAME(EOPNOTSUPP), NAME(ETXTBSY), NAME(EBUSY),
	NAME(ENOTTY), NAME(ERESTARTNOINTR),
	NAME(EEXIST), NAME(EINVAL), NAME(ENOSPC),    NAME(ERANGE),
#undef NAME
};

const char *view_lru_name(u32 lru)
{
	static const char *const names[] = {
		"inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable",
	};

	return lru < ARRAY_SIZE(names) ? names[lru] : "?";
}

const char *view_migratetype_name(u32 mt)
{
	return mt < ARRAY_SIZE(migratetype_names) ? migratetype_names[mt] : "?";
}

const char *view_zone_name(u32 zone_idx)
{
	return zone_idx < ARRAY_SIZE(zone_names) ? zone_names[zone_idx] : "?";
}

const char *view_tunable_name(u32 tunable)
{
	return tunable < NR_TUNABLES ? tunable_names[tunable] : "?";
}

const char *view_op_name(u32 kind)
{
	return kind < NR_MM_OPS ? op_names[kind] : "?";
}

const char *view_page_kind_name(u32 kind)
{
	return kind < NR_VIEW_PAGE_KINDS ? page_kind_names[kind] : "?";
}

/* One more than the number of the last. */
u32 view_nr_bugs(void)
{
	return ARRAY_SIZE(bug_names);
}

const char *view_bug_name(u32 bug)
{
	return bug_names[bug < ARRAY_SIZE(bug_names) ? bug : 0];
}

const char *view_errno_name(s64 error)
{
	for (u32 i = 0; i < ARRAY_SIZE(errno_names); i++)
		if (-errno_names[i].error == error)
			return errno_names[i].name;
	return "?";
}

/* Names the bits of @mask that @names knows; returns those it does not. */
static u64 put_flags(struct seq_file *m, u64 mask, const struct flag_name *names, u32 nr,
		     const char *separator)
{
	for (u32 i = 0; i < nr; i++) {
		if ((mask & names[i].mask) != names[i].mask)
			continue;
		if (m->count)
			seq_puts(m, separator);
		seq_puts(m, names[i].name);
		mask &= ~names[i].mask;
	}
	return mask;
}

static void put_rest(struct seq_file *m, u64 rest, const char *separator)
{
	if (rest)
		seq_printf(m, "%s%#lx", m->count ? separator : "", rest);
	if (!m->count)
		seq_puts(m, "none");
}

/* ---- Slab ---- */

static const struct flag_name slab_flag_names[] = {
#define NAME(flag)          \
	{                   \
		flag, #flag \
	}
	NAME(SLAB_CONSISTENCY_CHECKS), NAME(SLAB_RED_ZONE),	  NAME(SLAB_POISON),
	NAME(SLAB_KMALLOC),	       NAME(SLAB_HWCACHE_ALIGN),  NAME(SLAB_CACHE_DMA),
	NAME(SLAB_CACHE_DMA32),	       NAME(SLAB_STORE_USER),	  NAME(SLAB_RECLAIM_ACCOUNT),
	NAME(SLAB_PANIC),	       NAME(SLAB_TYPESAFE_BY_RCU), NAME(SLAB_MEM_SPREAD),
	NAME(SLAB_TRACE),	       NAME(SLAB_NOLEAKTRACE),	  NAME(SLAB_ACCOUNT),
	NAME(SLAB_NO_USER_FLAGS),      NAME(CFLGS_OBJFREELIST_SLAB), NAME(CFLGS_OFF_SLAB),
#undef NAME
};

size_t view_slab_flags(u32 flags, char *buf, size_t size)
{
	struct seq_file m;

	seq_open(&m, buf, size);
	put_rest(&m, put_flags(&m, flags, slab_flag_names, ARRAY_SIZE(slab_flag_names), "|"), "|");
	return seq_close(&m);
}

void view_cache_name(u64 code, char buf[16])
{
	static const char letters[] = " abcdefghijklmnopqrstuvwxyz0123456789-_";

	for (u32 i = 12; i-- > 0; code /= 39)
		buf[i] = code % 39 ? letters[code % 39] : '\0';
	buf[12] = '\0';
	if (!buf[0]) {
		buf[0] = '?';
		buf[1] = '\0';
	}
}

const char *view_slab_kind_name(u32 kind)
{
	static const char *const names[] = { "none", "slab", "slub", "slob" };

	return kind < ARRAY_SIZE(names) ? names[kind] : "?";
}

const char *view_slab_list_name(u32 list)
{
	static const char *const names[] = { "slabs_full", "slabs_partial", "slabs_free", "cpu_slab" };

	return list < ARRAY_SIZE(names) ? names[list] : "?";
}

const char *view_object_state_name(u32 state)
{
	static const char *const names[] = { "free", "used", "cpu array", "shared array", "alien array" };

	return state < ARRAY_SIZE(names) ? names[state] : "?";
}

const char *view_slab_ctor_name(u32 ctor)
{
	static const char *const names[] = { "none",
#define SLAB_CTOR(name, ctor, dtor) #name,
#include "slab-ctors.def"
#undef SLAB_CTOR
	};

	return ctor < ARRAY_SIZE(names) ? names[ctor] : "?";
}

size_t view_gfp(gfp_t gfp, char *buf, size_t size)
{
	struct seq_file m;

	seq_open(&m, buf, size);
	put_rest(&m, put_flags(&m, gfp, gfp_names, ARRAY_SIZE(gfp_names), "|"), "|");
	return seq_close(&m);
}

size_t view_alloc_flags(u32 alloc_flags, char *buf, size_t size)
{
	static const char *const wmark[] = {
		"ALLOC_WMARK_MIN",
		"ALLOC_WMARK_LOW",
		"ALLOC_WMARK_HIGH",
		"ALLOC_WMARK_PROMO",
	};
	struct seq_file m;

	seq_open(&m, buf, size);
	if (!(alloc_flags & ALLOC_NO_WATERMARKS))
		seq_puts(&m, wmark[alloc_flags & ALLOC_WMARK_MASK]);
	alloc_flags &= ~(u32)ALLOC_WMARK_MASK;
	put_rest(&m,
		 put_flags(&m, alloc_flags, alloc_flag_names, ARRAY_SIZE(alloc_flag_names), "|"),
		 "|");
	return seq_close(&m);
}

size_t view_page_flags(u64 flags, char *buf, size_t size)
{
	struct seq_file m;

	seq_open(&m, buf, size);
	put_flags(&m, flags, page_flag_names, ARRAY_SIZE(page_flag_names), " ");
	return seq_close(&m);
}

static const char *skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

static size_t word_length(const char *text)
{
	size_t n = 0;

	while (text[n] && text[n] != '|' && text[n] != ' ' && text[n] != '\t')
		n++;
	return n;
}

/* A number as view_gfp() writes the bits it has no name for. */
static bool parse_hex(const char *text, size_t length, gfp_t *value)
{
	*value = 0;
	if (length < 3 || length > 10 || text[0] != '0' || text[1] != 'x')
		return false;
	for (size_t i = 2; i < length; i++) {
		u32 c = (u8)text[i];

		if (c >= '0' && c <= '9')
			c -= '0';
		else if (c >= 'a' && c <= 'f')
			c -= 'a' - 10;
		else
			return false;
		*value = *value << 4 | c;
	}
	return !(*value & ~__GFP_BITS_MASK);
}

static bool parse_gfp_word(const char *word, size_t length, gfp_t *mask)
{
	for (u32 i = 0; i < ARRAY_SIZE(gfp_names); i++) {
		const char *name = gfp_names[i].name;
		size_t n = 0;

		while (n < length && name[n] == word[n])
			n++;
		if (n == length && !name[n]) {
			*mask = (gfp_t)gfp_names[i].mask;
			return true;
		}
	}
	return parse_hex(word, length, mask);
}

bool view_parse_gfp(const char *text, gfp_t *gfp, const char **bad)
{
	const char *at = skip_blanks(text);
	gfp_t result = 0, mask;

	*gfp = 0;
	if (text_equal(at, "none"))
		return true;
	for (;;) {
		size_t length = word_length(at);

		if (!parse_gfp_word(at, length, &mask))
			break;
		result |= mask;
		at = skip_blanks(at + length);
		if (!*at) {
			*gfp = result;
			return true;
		}
		if (*at != '|')
			break;
		at = skip_blanks(at + 1);
	}
	if (bad)
		*bad = at;
	return false;
}

static bool parse_slab_flag(const char *at, size_t length, u32 *flag)
{
	for (u32 i = 0; i < ARRAY_SIZE(slab_flag_names); i++) {
		const char *name = slab_flag_names[i].name;
		size_t k = 0;

		while (k < length && name[k] == at[k])
			k++;
		if (k == length && !name[k] && slab_flag_names[i].mask & SLAB_FLAGS_PERMITTED) {
			*flag = (u32)slab_flag_names[i].mask;
			return true;
		}
	}
	return false;
}

bool view_parse_slab_flags(const char *text, u32 *flags, const char **bad)
{
	const char *at = skip_blanks(text);
	u32 result = 0, flag;

	*flags = 0;
	if (text_equal(at, "none"))
		return true;
	for (;;) {
		size_t length = word_length(at);

		if (!parse_slab_flag(at, length, &flag))
			break;
		result |= flag;
		at = skip_blanks(at + length);
		if (!*at) {
			*flags = result;
			return true;
		}
		if (*at != '|')
			break;
		at = skip_blanks(at + 1);
	}
	if (bad)
		*bad = at;
	return false;
}
