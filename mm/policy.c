// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page replacement policies on a reference string: FIFO, LRU, CLOCK and OPT of the
 * textbooks; and after Linux, in miniature, the active and inactive lists with
 * refault distance, and generations.
 *
 * All share the frames; a policy is told of every reference and chooses the frame to empty
 * when all are full. What is the textbooks': a fixed number of frames, one page at a time, and that every
 * reference is seen (a kernel only sees accessed bits, now and then).
 *
 * No counterpart in Linux.
 */
#include "policy.h"

#define NO_FRAME    (~0u)
#define MIN_NR_GENS 2u

static u32 page_at(const struct policy_sim *s, u32 i)
{
	return s->pages16 ? s->pages16[i] : s->pages32[i];
}

/* ---- Choosing a victim ---- */

static u32 choose_fifo(struct policy_sim *s)
{
	u32 i, best = 0;

	for (i = 1; i < s->nr_used; i++)
		if (s->frames[i].loaded < s->frames[best].loaded)
			best = i;
	return best;
}

static u32 choose_lru(struct policy_sim *s)
{
	u32 i, best = 0;

	for (i = 1; i < s->nr_used; i++)
		if (s->frames[i].used < s->frames[best].used)
			best = i;
	return best;
}

/* The hand goes round; a page that was used since its last visit is spared this time. */
static u32 choose_clock(struct policy_sim *s)
{
	u32 victim;

	while (s->frames[s->hand].referenced) {
		s->frames[s->hand].referenced = 0;
		s->hand = (s->hand + 1) % s->nr_used;
	}
	victim = s->hand;
	s->hand = (s->hand + 1) % s->nr_used;
	return victim;
}

/* The next reference to a page; nr_refs if there is none. */
static u32 next_use(const struct policy_sim *s, u32 page)
{
	u32 i;

	for (i = s->now + 1; i < s->nr_refs && page_at(s, i) != page; i++)
		;
	return i;
}

/* Among pages that are never used again, the one that came first. */
static u32 choose_opt(struct policy_sim *s)
{
	u32 best = 0, best_use = next_use(s, s->frames[0].page), i;

	for (i = 1; i < s->nr_used; i++) {
		u32 use = next_use(s, s->frames[i].page);

		if (use < best_use ||
		    (use == best_use && s->frames[i].loaded >= s->frames[best].loaded))
			continue;
		best = i;
		best_use = use;
	}
	return best;
}

/* The frame at the tail of the active or the inactive list. */
static u32 tail_of(const struct policy_sim *s, bool active)
{
	u32 i, best = NO_FRAME;

	for (i = 0; i < s->nr_used; i++)
		if (s->frames[i].active == active &&
		    (best == NO_FRAME || s->frames[i].order < s->frames[best].order))
			best = i;
	return best;
}

static u32 frames_active(const struct policy_sim *s)
{
	u32 i, nr = 0;

	for (i = 0; i < s->nr_used; i++)
		nr += s->frames[i].active;
	return nr;
}

/* Active pages sink while they are more than the inactive ones; then the inactive tail goes. */
static u32 choose_linux(struct policy_sim *s)
{
	u32 nr_active = frames_active(s), victim;

	while (nr_active > s->nr_used - nr_active) {
		struct policy_frame *frame = &s->frames[tail_of(s, true)];

		frame->active = 0;
		frame->referenced = 0;
		frame->order = ++s->last_order;
		nr_active--;
	}
	victim = tail_of(s, false);
	s->shadows[s->frames[victim].page] = s->age++ + 1;
	return victim;
}

static u32 min_seq(const struct policy_sim *s)
{
	u32 seq = s->frames[0].generation, i;

	for (i = 1; i < s->nr_used; i++)
		seq = min(seq, s->frames[i].generation);
	return seq;
}

static void make_young(struct policy_sim *s, struct policy_frame *frame)
{
	frame->referenced = 0;
	frame->generation = s->max_seq;
	frame->order = ++s->last_order;
}

/* All pages that were used become young; what was not is older by comparison. */
static void age_generations(struct policy_sim *s)
{
	u32 i;

	s->max_seq++;
	for (i = 0; i < s->nr_used; i++)
		if (s->frames[i].referenced)
			make_young(s, &s->frames[i]);
}

/* From the oldest generation, which is kept apart from the youngest by ageing when needed. */
static u32 choose_mglru(struct policy_sim *s)
{
	for (;;) {
		u32 oldest, i, best = NO_FRAME;

		while ((oldest = min_seq(s)) + MIN_NR_GENS > s->max_seq + 1)
			age_generations(s);
		for (i = 0; i < s->nr_used; i++)
			if (s->frames[i].generation == oldest &&
			    (best == NO_FRAME || s->frames[i].order < s->frames[best].order))
				best = i;
		if (!s->frames[best].referenced)
			return best;
		/* It was used meanwhile: it joins the young ones, and the next one is looked at. */
		make_young(s, &s->frames[best]);
	}
}

static u32 choose_victim(struct policy_sim *s)
{
	switch ((enum replacement_policy)s->policy) {
	case POLICY_FIFO:
		return choose_fifo(s);
	case POLICY_LRU:
		return choose_lru(s);
	case POLICY_CLOCK:
		return choose_clock(s);
	case POLICY_OPT:
		return choose_opt(s);
	case POLICY_LINUX:
		return choose_linux(s);
	case POLICY_MGLRU:
	case NR_POLICIES:
		break;
	}
	return choose_mglru(s);
}

/* ---- References ---- */

/* The second use of an inactive page makes it active; that of an active one is only noted. */
static void note_use(struct policy_sim *s, struct policy_frame *frame)
{
	frame->used = s->now;
	if (s->policy == POLICY_LINUX && frame->referenced && !frame->active) {
		frame->active = 1;
		frame->referenced = 0;
		frame->order = ++s->last_order;
		s->age++;
		return;
	}
	frame->referenced = 1;
}

/* A page that was gone for no longer than the active ones take up would have stayed in their place. */
static bool refault_activates(const struct policy_sim *s, u32 page)
{
	u32 evicted = s->policy == POLICY_LINUX ? s->shadows[page] : 0;

	return evicted && s->age - (evicted - 1) <= frames_active(s);
}

static void load_page(struct policy_sim *s, struct policy_frame *frame, u32 page)
{
	bool active = refault_activates(s, page);

	*frame = (struct policy_frame){
		.page = page,
		.loaded = s->now,
		.used = s->now,
		.referenced = s->policy == POLICY_CLOCK || (s->policy == POLICY_LINUX && !active),
		.active = active,
		.generation = s->max_seq,
		.order = ++s->last_order,
	};
	if (s->policy == POLICY_LINUX)
		s->shadows[page] = 0;
}

static u32 frame_of(const struct policy_sim *s, u32 page)
{
	u32 i;

	for (i = 0; i < s->nr_used; i++)
		if (s->frames[i].page == page)
			return i;
	return NO_FRAME;
}

void policy_refer(struct policy_sim *s, struct policy_step *step)
{
	u32 page = page_at(s, s->now), frame = frame_of(s, page);

	*step = (struct policy_step){ .page = page, .victim = POLICY_NO_PAGE };
	if (!s->now)
		s->max_seq = MIN_NR_GENS;
	if (frame != NO_FRAME) {
		note_use(s, &s->frames[frame]);
	} else {
		step->fault = 1;
		s->nr_faults++;
		if (s->nr_used < s->nr_frames) {
			frame = s->nr_used++;
		} else {
			frame = choose_victim(s);
			step->victim = s->frames[frame].page;
		}
		load_page(s, &s->frames[frame], page);
	}
	step->frame = frame;
	s->now++;
}
