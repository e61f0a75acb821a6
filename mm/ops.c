// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations: what a script asks of the machine, one function each.
 *
 * They stand where a driver or a system call would stand in the kernel: they
 * call the page allocator through its public functions, and remember in slots
 * what they were given. Of what comes in, they check only what the simulator
 * needs to stay in one piece.
 */
#include "userfaultfd.h"
#include "vmscan.h"
#include "writeback.h"

/* ---- Slots ---- */

static bool valid_slots(u32 slot, u32 nr)
{
	u32 nr_slots = this_machine->config.nr_slots;

	return nr <= nr_slots && slot <= nr_slots - nr;
}

static struct mm_slot *slot_of(u32 slot)
{
	return &this_machine->slots[slot];
}

/* What the slot held before is forgotten: its block stays allocated. */
static void empty_slot(u32 nr)
{
	struct mm_slot *slot = slot_of(nr);

	if (slot->state == SLOT_LIVE && slot->kind == SLOT_PAGES) {
		struct page *old = pfn_to_page(slot->value);

		if (old->owner.slot == nr + 1)
			old->owner.slot = 0;
	}
	*slot = (struct mm_slot){ 0 };
}

bool slot_usable(u32 nr)
{
	return nr == MM_OP_NO_SLOT || valid_slots(nr, 1);
}

void keep_result(u32 nr, enum slot_kind kind, u64 value)
{
	struct mm_slot *slot;

	if (nr == MM_OP_NO_SLOT)
		return;
	slot = slot_of(nr);
	empty_slot(nr);
	slot->value = value;
	slot->state = SLOT_LIVE;
	slot->kind = (u8)kind;
	slot->op = (u32)this_machine->op_index;
}

s64 result_of(u32 nr, enum slot_kind kind, u64 *value)
{
	if (!valid_slots(nr, 1))
		return -ERANGE;
	if (slot_of(nr)->state == SLOT_EMPTY)
		return -ENOENT;
	if (slot_of(nr)->state == SLOT_FREED || slot_of(nr)->kind != kind)
		return -EINVAL;
	*value = slot_of(nr)->value;
	return 0;
}

void end_result(enum slot_kind kind, u64 value)
{
	u32 nr;

	for (nr = 0; nr < this_machine->config.nr_slots; nr++)
		if (slot_of(nr)->state == SLOT_LIVE && slot_of(nr)->kind == kind &&
		    slot_of(nr)->value == value)
			slot_of(nr)->state = SLOT_FREED;
}

/* Stores a block. */
static void fill_slot(u32 nr, const struct page *page, unsigned int order)
{
	struct mm_slot *slot = slot_of(nr);

	empty_slot(nr);
	if (!page)
		return;
	slot->value = page_to_pfn(page);
	slot->state = SLOT_LIVE;
	slot->order = (u8)order;
	slot->op = (u32)this_machine->op_index;
	pfn_to_page(slot->value)->owner.slot = nr + 1;
}

/* 0 if the slot may be used, else why not. */
static s64 check_slot(u32 nr, u64 flags)
{
	if (!valid_slots(nr, 1))
		return -ERANGE;
	if (slot_of(nr)->state == SLOT_EMPTY)
		return -ENOENT;
	if (slot_of(nr)->kind != SLOT_PAGES)
		return -EINVAL;
	if (slot_of(nr)->state == SLOT_FREED && !(flags & MM_OP_UNCHECKED))
		return -EINVAL;
	return 0;
}

/*
 * Drops a reference to a slot's block. If others are left, the slot goes on with what is left: all
 * of a compound page, but only the first page of any other block.
 */
static void free_slot(u32 nr)
{
	struct mm_slot *slot = slot_of(nr);
	struct page *page = pfn_to_page(slot->value);
	unsigned int order = slot->order;

	if (page_ref_count(page) <= 1)
		slot->state = SLOT_FREED;
	else if (!PageHead(page))
		slot->order = 0;
	__free_pages(page, order);
}

/* ---- Random numbers: xorshift64*, the same on every machine ---- */

static u64 next_random(u64 *state)
{
	u64 x = *state ? *state : 0x9e3779b97f4a7c15ULL;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1dULL;
}

/*
 * A shuffled order without memory for it: maps 0..nr-1 one to one onto itself. Four rounds of
 * a Feistel network permute the numbers of the next even number of bits; those that fall outside
 * are sent through again.
 */
static u32 shuffled(u32 i, u32 nr, u64 seed)
{
	unsigned int half = 1, round;
	u32 mask, left, right, mixed;
	u64 state;

	while (half < 16 && 1ULL << (2 * half) < nr)
		half++;
	mask = (1U << half) - 1;
	do {
		left = i >> half;
		right = i & mask;
		for (round = 0; round < 4; round++) {
			state = (seed + round) * 0x9e3779b97f4a7c15ULL + right + 1;
			mixed = left ^ (u32)(next_random(&state) >> 40 & mask);
			left = right;
			right = mixed;
		}
		i = left << half | right;
	} while (i >= nr);
	return i;
}

/* ---- Allocating ---- */

static int preferred_nid(const struct mm_op *op)
{
	return op->nid < 0 ? numa_node_id() : op->nid;
}

static struct page *alloc_for(const struct mm_op *op, unsigned int order)
{
	nodemask_t nodemask = { op->nodemask };

	return __alloc_pages(op->gfp, order, preferred_nid(op), op->nodemask ? &nodemask : NULL);
}

static s64 op_nop(const struct mm_op *op)
{
	return 0;
}

static s64 op_note(const struct mm_op *op)
{
	trace(TRACE_note, op->arg[0], 0, 0, 0);
	return 0;
}

static s64 op_alloc_pages(const struct mm_op *op)
{
	struct page *page;

	if (!valid_slots(op->slot, 1))
		return -ERANGE;
	page = alloc_for(op, op->order);
	fill_slot(op->slot, page, op->order);
	return page ? (s64)page_to_pfn(page) : -ENOMEM;
}

static s64 op_alloc_many(const struct mm_op *op)
{
	u64 random = op->arg[0];
	u32 i;

	if (!valid_slots(op->slot, op->nr))
		return -ERANGE;
	for (i = 0; i < op->nr; i++) {
		unsigned int order = op->order;
		struct page *page;

		if (op->arg[1] > op->order)
			order +=
				(unsigned int)(next_random(&random) % (op->arg[1] - op->order + 1));
		page = alloc_for(op, order);
		fill_slot(op->slot + i, page, order);
		if (!page)
			break;
	}
	return i;
}

static s64 op_alloc_pages_bulk(const struct mm_op *op)
{
	struct list_head *list = &this_machine->page_list;
	nodemask_t nodemask = { op->nodemask };
	s64 nr;
	u32 i;

	if (!valid_slots(op->slot, op->nr))
		return -ERANGE;
	nr = (s64)__alloc_pages_bulk(op->gfp, preferred_nid(op), op->nodemask ? &nodemask : NULL,
				     (int)op->nr, list);
	for (i = 0; !list_empty(list); i++) {
		struct page *page = list_first_entry(list, struct page, lru);

		list_del(&page->lru);
		fill_slot(op->slot + i, page, 0);
	}
	return nr;
}

/* ---- Freeing ---- */

static s64 op_free_pages(const struct mm_op *op)
{
	s64 error = check_slot(op->slot, op->arg[0]);

	if (!error)
		free_slot(op->slot);
	return error;
}

/* The i-th slot of the range in the order of the pattern; false if it is left out. */
bool pattern_slot(const struct mm_op *op, u32 i, u32 *slot)
{
	u32 step = (u32)op->arg[2], offset = (u32)op->arg[3];

	switch ((enum mm_pattern)op->arg[0]) {
	case PATTERN_FIFO:
		break;
	case PATTERN_LIFO:
		i = op->nr - 1 - i;
		break;
	case PATTERN_RANDOM:
		i = shuffled(i, op->nr, op->arg[1]);
		break;
	case PATTERN_EVERY:
		if (i < offset || (i - offset) % max(step, 1U))
			return false;
		break;
	}
	*slot = op->slot + i;
	return true;
}

static s64 op_free_many(const struct mm_op *op)
{
	u32 how_many = (u32)(op->arg[3] >> 32), i, slot;
	s64 freed = 0;

	if (!valid_slots(op->slot, op->nr))
		return -ERANGE;
	if (op->arg[0] > PATTERN_EVERY)
		return -EINVAL;
	for (i = 0; i < op->nr && (!how_many || freed < how_many); i++) {
		if (!pattern_slot(op, i, &slot) || slot_of(slot)->state != SLOT_LIVE ||
		    slot_of(slot)->kind != SLOT_PAGES)
			continue;
		free_slot(slot);
		freed++;
	}
	return freed;
}

/* As release_pages() does: drops the references, then frees in one go what is left without. */
static s64 op_free_unref_page_list(const struct mm_op *op)
{
	struct list_head *list = &this_machine->page_list;
	s64 freed = 0;
	u32 i;

	if (!valid_slots(op->slot, op->nr))
		return -ERANGE;
	for (i = op->slot; i < op->slot + op->nr; i++) {
		struct mm_slot *slot = slot_of(i);
		struct page *page = pfn_to_page(slot->value);

		if (slot->state != SLOT_LIVE || slot->kind != SLOT_PAGES || slot->order)
			continue;
		freed++;
		if (!put_page_testzero(page))
			continue;
		slot->state = SLOT_FREED;
		list_add_tail(&page->lru, list);
	}
	free_unref_page_list(list);
	return freed;
}

/* ---- References ---- */

static s64 op_get_page(const struct mm_op *op)
{
	s64 error = check_slot(op->slot, op->arg[0]);

	if (!error)
		get_page(pfn_to_page(slot_of(op->slot)->value));
	return error;
}

static s64 op_put_page(const struct mm_op *op)
{
	s64 error = check_slot(op->slot, op->arg[0]);
	struct mm_slot *slot;

	if (error)
		return error;
	slot = slot_of(op->slot);
	put_page(pfn_to_page(slot->value));
	if (!page_ref_count(pfn_to_page(slot->value)))
		slot->state = SLOT_FREED;
	return 0;
}

/* ---- The rest ---- */

static s64 op_drain_local_pages(const struct mm_op *op)
{
	drain_local_pages(NULL);
	return 0;
}

static s64 op_drain_all_pages(const struct mm_op *op)
{
	drain_all_pages(NULL);
	return 0;
}

static s64 op_compact_memory(const struct mm_op *op)
{
	compact_nodes();
	return 0;
}

static s64 op_set_tunable(const struct mm_op *op)
{
	if (op->arg[0] >= NR_TUNABLES)
		return -EINVAL;
	trace(TRACE_set_tunable, op->arg[0], op->arg[1], 0, 0);
	return set_tunable((enum mm_tunable)op->arg[0], op->arg[1]);
}

static s64 (*const op_table[NR_MM_OPS])(const struct mm_op *op) = {
#define MM_OP(name) [OP_##name] = op_##name,
#include "ops.def"
#undef MM_OP
};

/* The task with that slot (plus 1), or the first one; NULL if there is none. */
static struct task_struct *task_of(u32 slot)
{
	struct list_head *tasks = &this_machine->tasks;
	struct task_struct *task;

	if (!slot)
		return list_empty(tasks) ? NULL
					 : list_first_entry(tasks, struct task_struct, tasks);
	if (!valid_slots(slot - 1, 1) || slot_of(slot - 1)->kind != SLOT_TASK)
		return NULL;
	list_for_each_entry(task, tasks,
			    tasks) if ((u64)task->pid == slot_of(slot - 1)->value) return task;
	return NULL;
}

/* Adds the results that arguments are relative to. 0, or -ENOENT where one is not there. */
static s64 resolve_bases(struct mm_op *op)
{
	u32 i;

	for (i = 0; i < MM_OP_ARGS; i++) {
		if (!op->base[i])
			continue;
		if (!valid_slots(op->base[i] - 1, 1))
			return -ERANGE;
		if (slot_of(op->base[i] - 1)->state == SLOT_EMPTY)
			return -ENOENT;
		op->arg[i] += slot_of(op->base[i] - 1)->value;
	}
	return 0;
}

/* Does an argument mean a distance from a result? Most operations name none. */
static bool has_bases(const struct mm_op *op)
{
	u32 i, any = 0;

	for (i = 0; i < MM_OP_ARGS; i++)
		any |= op->base[i];
	return any;
}

s64 run_restarted(const struct mm_op *op)
{
	s64 result = op_table[op->kind](op);

	if (likely(!current_blocked()))
		return result;
	restart_save(op, result);
	return -ERESTARTNOINTR;
}

static s64 perform(const struct mm_op *op)
{
	struct mm_op resolved;
	s64 error;

	if (likely(!has_bases(op)))
		return run_restarted(op);
	resolved = *op;
	error = resolve_bases(&resolved);
	return error ? error : run_restarted(&resolved);
}

/*
 * What waits for the end of an operation: the end of a task that must die, tasks that were woken, and kswapd and the flusher
 * if they were.
 */
static void run_deferred(const struct mm_op *op)
{
	struct task_struct *task;
	pg_data_t *pgdat;

	if (op->kind >= OP_replay_alloc && op->kind <= OP_replay_direct)
		return;
	oom_victims_exit();
	if (!list_empty(&this_machine->woken)) {
		restart_woken_tasks();
		oom_victims_exit();
	}
	/* Kernel threads: not on behalf of a task, nor by its memory policy. */
	task = current;
	this_machine->current_task = NULL;
	/* Between two operations there is time enough for what is on its way to the disk. */
	disk_run(~0UL);
	for_each_online_pgdat(pgdat)
		if (pgdat->kswapd_woken)
			kswapd_run(pgdat);
	wb_workfn(~0UL);
	for_each_online_pgdat(pgdat)
		if (pgdat->kcompactd_woken || pgdat->proactive_compact_trigger)
			kcompactd_run(pgdat);
	this_machine->current_task = task;
}

s64 run_op(const struct mm_op *op, u64 index)
{
	s64 result;

	if (this_machine->stopped)
		return -EPERM;
	if (op->kind >= NR_MM_OPS || op->cpu >= this_machine->nr_cpus ||
	    op->nid >= nr_online_nodes())
		return -EINVAL;

	this_machine->op_index = index;
	this_machine->cpu = op->cpu;
	this_machine->current_task = task_of(op->task);
	this_machine->outcome = (struct op_outcome){ 0 };
	trace(TRACE_op_begin, index, trace_pack(op->kind, op->cpu), 0, 0);
	result = perform(op);
	run_deferred(op);
	trace(TRACE_op_end, index, (u64)result, 0, 0);
	return result;
}
