# SPDX-License-Identifier: GPL-2.0-or-later
"""pagewalk-cli run: the event log in its three forms, and files of /proc."""
import json
import re
import unittest

import cli

FTRACE = re.compile(r' {8}pagewalk-1       \[(\d{3})\] \.{5} +(\d+)\.(\d{6}): (\w+): (.*)$')
LAYOUTS = {
    'mm_page_alloc': r'page=[0-9a-f]{16} pfn=0x[0-9a-f]+ order=\d+ migratetype=\d gfp_flags=\S+$',
    'mm_page_free': r'page=[0-9a-f]{16} pfn=0x[0-9a-f]+ order=\d+$',
    'mm_page_alloc_zone_locked':
        r'page=[0-9a-f]{16} pfn=0x[0-9a-f]+ order=\d+ migratetype=\d percpu_refill=[01]$',
    'mm_page_pcpu_drain': r'page=[0-9a-f]{16} pfn=0x[0-9a-f]+ order=\d+ migratetype=\d$',
    'mm_page_alloc_extfrag':
        r'page=[0-9a-f]{16} pfn=0x[0-9a-f]+ alloc_order=\d+ fallback_order=\d+ pageblock_order=9 '
        r'alloc_migratetype=\d fallback_migratetype=\d fragmenting=[01] change_ownership=[01]$',
}
CALL = r'call_site=\w+\+0x[0-9a-f]+/0x[0-9a-f]+ ptr=[0-9a-f]{16}'
ALLOCATION = CALL + r' bytes_req=\d+ bytes_alloc=\d+ gfp_flags=\S+ node=-?\d+ accounted=(true|false)$'
OBJECTS = {
    'kmem_cache_alloc': ALLOCATION,
    'kmem_cache_free': CALL + r' name=\S+$',
    'kmalloc': ALLOCATION,
    'kfree': CALL + '$',
}


class Run(cli.TestCase):
    def setUp(self):
        super().setUp()
        self.write('s.json', cli.SCENARIO)

    def events(self, *args):
        return [json.loads(line) for line in self.expect(cli.GOOD, 'run', '-e', 'json', *args).stdout.splitlines()]

    def test_json(self):
        events = self.events('s.json')
        self.assertEqual([event['step'] for event in events], list(range(1, len(events) + 1)))
        self.assertEqual([event['op'] for event in events if event['event'] == 'op_begin'], list(range(5)))
        got = [event for event in events if event['event'] == 'mm_page_alloc']
        self.assertEqual(got[0]['fields']['pfn'], 0x40)
        self.assertEqual(got[1]['fields']['order'], 3)
        self.assertIn('__GFP_ZERO', got[1]['fields']['gfp'])
        self.assertEqual(got[1]['function'], '__alloc_pages')
        ends = [event['fields']['result'] for event in events if event['event'] == 'op_end']
        self.assertEqual(ends[0], 0x40)
        self.assertEqual(ends[-1], 0)

    def test_json_of_failure(self):
        script = [{'op': 'alloc_pages', 'order': 10, 'gfp': 'GFP_KERNEL'}] * 5
        events = self.events(self.scenario(*script))
        self.assertEqual(events[-1]['fields']['result'], -12)
        self.assertIn(None, [event['fields'].get('pfn', 0) for event in events])

    def test_text_agrees_with_json(self):
        lines = self.expect(cli.GOOD, 'run', 's.json').stdout.splitlines()
        events = self.events('s.json')
        self.assertEqual(len(lines), len(events))
        for line, event in zip(lines, events):
            words = line.split()
            self.assertEqual((int(words[0]), words[1]), (event['step'], event['event']))

    def test_text_is_the_same_in_chinese(self):
        self.assertEqual(self.expect(cli.GOOD, 'run', 's.json').stdout,
                         self.expect(cli.GOOD, 'run', 's.json', language='zh_CN').stdout)

    def test_overview(self):
        everything = self.events('s.json')
        overview = self.events('--overview', 's.json')
        self.assertLess(len(overview), len(everything))
        self.assertNotIn('del_page_from_free_list', [event['event'] for event in overview])
        self.assertIn('expand', [event['event'] for event in overview])

    def test_ftrace(self):
        script = [{'op': 'alloc_many', 'count': 900, 'gfp': 'GFP_KERNEL', 'as': 'many'},
                  {'op': 'alloc_many', 'count': 900, 'gfp': 'GFP_HIGHUSER_MOVABLE', 'as': 'more'},
                  {'op': 'alloc_many', 'count': 900, 'gfp': 'GFP_KERNEL|__GFP_RECLAIMABLE', 'as': 'most'},
                  {'op': 'free_many', 'of': 'many', 'pattern': 'fifo', 'cpu': 1},
                  {'op': 'drain_all_pages'}]
        name = self.scenario(*script, cpus=2)
        lines = self.expect(cli.GOOD, 'run', '-e', 'ftrace', name).stdout.splitlines()
        entries = [line for line in lines if not line.startswith('#')]
        self.assertEqual(lines[0], '# tracer: nop')
        self.assertIn(f'# entries-in-buffer/entries-written: {len(entries)}/{len(entries)}   #P:2', lines)
        seen, cpus, last = set(), set(), -1
        for line in entries:
            match = FTRACE.match(line)
            self.assertIsNotNone(match, line)
            cpu, seconds, micros, event, fields = match.groups()
            self.assertRegex(fields, LAYOUTS[event])
            pfn = int(re.search(r'pfn=0x([0-9a-f]+)', fields).group(1), 16)
            page = int(re.search(r'page=([0-9a-f]+)', fields).group(1), 16)
            self.assertIn(page, (0, 0xffffea0000000000 + 64 * pfn))
            self.assertGreater(int(seconds) * 1000000 + int(micros), last)
            last = int(seconds) * 1000000 + int(micros)
            seen.add(event)
            cpus.add(cpu)
        self.assertEqual(seen, set(LAYOUTS))
        self.assertEqual(cpus, {'000', '001'})

    def test_ftrace_objects(self):
        """The print formats of include/trace/events/kmem.h."""
        name = self.scenario(
            {'op': 'kmem_cache_create', 'name': 'a-rather-long-name', 'size': 100, 'as': 'c'},
            {'op': 'kmem_cache_alloc', 'cache': 'c', 'as': 'o'},
            {'op': 'kmalloc', 'size': 700, 'gfp': 'GFP_KERNEL|__GFP_ACCOUNT', 'as': 'k'},
            {'op': 'kmem_cache_free', 'of': 'o'}, {'op': 'kfree', 'of': 'k'})
        found = {}
        for line in self.expect(cli.GOOD, 'run', '-e', 'ftrace', name).stdout.splitlines():
            match = None if line.startswith('#') else FTRACE.match(line)
            if match and match.group(4) in OBJECTS:
                self.assertRegex(match.group(5), OBJECTS[match.group(4)])
                found[match.group(4)] = match.group(5)
        self.assertEqual(set(found), set(OBJECTS))
        self.assertIn('call_site=op_kmem_cache_alloc+', found['kmem_cache_alloc'])
        self.assertIn(' bytes_req=100 bytes_alloc=104 ', found['kmem_cache_alloc'])
        self.assertTrue(found['kmem_cache_free'].endswith(' name=a-rather-long-name'))
        self.assertIn(' bytes_req=700 bytes_alloc=1024 ', found['kmalloc'])
        self.assertTrue(found['kmalloc'].endswith(' node=-1 accounted=true'))

    def test_proc(self):
        text = self.expect(cli.GOOD, 'run', '-p', 'buddyinfo', 's.json').stdout
        self.assertRegex(text, r'^Node 0, zone      DMA( +\d+){11} \n$')
        both = self.expect(cli.GOOD, 'run', '-p', 'buddyinfo', '-p', 'meminfo', 's.json').stdout
        self.assertTrue(both.startswith('==> /proc/buddyinfo <==\n' + text))
        self.assertIn('==> /proc/meminfo <==\nMemTotal:', both)
        with_events = self.expect(cli.GOOD, 'run', '-e', 'text', '-p', 'buddyinfo', 's.json').stdout
        self.assertTrue(with_events.endswith(text))

    def test_proc_of_a_task(self):
        self.write('task.json', """{"pagewalk": 1, "machine": {"ram": "16M"}, "script": [
            {"op": "task_create", "as": "parent"},
            {"op": "mmap", "len": "64K", "prot": "rw-", "flags": "PRIVATE|ANONYMOUS", "as": "heap"},
            {"op": "fork", "as": "child"}, {"op": "munmap", "task": "child", "addr": "heap", "len": "64K"}]}""")
        heap = '7ffff7fef000-7ffff7fff000 rw-p 00000000 00:00 0'
        parent = self.expect(cli.GOOD, 'run', '-p', 'maps:parent', 'task.json').stdout
        self.assertIn(heap, parent)
        self.assertEqual(parent, self.expect(cli.GOOD, 'run', '-p', 'maps:1', 'task.json').stdout)
        self.assertNotIn(heap, self.expect(cli.GOOD, 'run', '-p', 'maps:child', 'task.json').stdout)
        self.assertIn('PPid:\t1\n', self.expect(cli.GOOD, 'run', '-p', 'status:child', 'task.json').stdout)
        self.assertIn('“nobody”', self.expect(cli.USAGE, 'run', '-p', 'maps:nobody', 'task.json').stderr)
        self.assertIn('“child”', self.expect(cli.USAGE, 'run', '-p', 'maps:child', '--to', '1', 'task.json').stderr)
        self.assertIn('smaps', self.expect(cli.USAGE, 'run', '-p', 'environ:child', 'task.json').stderr)

    def test_translate(self):
        """An address is walked without changing anything; the step decides what it finds."""
        scenario = {'pagewalk': 1, 'title': 't', 'machine': {'ram': '16M'}, 'script': [
            {'op': 'task_create', 'as': 'shell', 'comm': 'sh'},
            {'op': 'mmap', 'len': '16K', 'prot': 'rw-', 'flags': 'PRIVATE|ANONYMOUS', 'as': 'area'},
            {'op': 'store', 'addr': 'area+4K', 'value': 7}]}
        self.write('v.json', json.dumps(scenario))
        out = self.expect(cli.GOOD, 'run', 'v.json', '-x', 'shell:area+0x1010', '-x', 'area+8K').stdout
        self.assertRegex(out, r'(?m)^  PTE\[\d+\] of frame 0x[0-9a-f]+: pfn 0x[0-9a-f]+ P RW US A D NX$')
        self.assertRegex(out, r'(?m)^  → physical address 0x[0-9a-f]+010: byte 16 of frame 0x[0-9a-f]+$')
        self.assertRegex(out, r'no translation: it ends at the PTE, whose entry \d+ is empty')
        self.assertIn('Write: works, without a fault\n', out)
        self.assertIn('Write: page fault; the kernel brings a page in\n', out)
        self.assertNotIn('op_begin', out)
        self.assertIn('Name:\tsh\n', self.expect(cli.GOOD, 'run', 'v.json', '--proc', 'status:shell').stdout)
        self.refuses('run: --translate area: no task has an address space', 'run', 'v.json', '-x', 'area', '--to', '0')
        self.refuses('run: --translate 0x: “0x” is no address', 'run', 'v.json', '-x', '0x')
        self.refuses('run: --translate heap: no call has returned an address “heap”', 'run', 'v.json', '-x', 'heap')

    def test_proc_at_a_step(self):
        before = self.expect(cli.GOOD, 'run', '-p', 'buddyinfo', '--to', '0', 's.json').stdout
        middle = self.expect(cli.GOOD, 'run', '-p', 'buddyinfo', '--to', '20', 's.json').stdout
        after = self.expect(cli.GOOD, 'run', '-p', 'buddyinfo', 's.json').stdout
        self.assertNotEqual(before, middle)
        self.assertEqual(before, after)         # all was freed, drained and merged again

    def test_to(self):
        everything = self.events('s.json')
        for step in (0, 1, 7, len(everything)):
            self.assertEqual(self.events('--to', str(step), 's.json'), everything[:step])
        self.refuses(f'the scenario ends at step {len(everything)}', 'run', '--to', str(len(everything) + 1), 's.json')
        self.refuses('--to', 'run', '--to', '-5', 's.json')
        self.refuses('seven', 'run', '--to', 'seven', 's.json')

    def test_quiet(self):
        self.assertEqual(self.expect(cli.GOOD, 'run', '--quiet', 's.json').stdout, '')

    def test_empty_script(self):
        name = self.scenario()
        self.assertEqual(self.expect(cli.GOOD, 'run', name).stdout, '')
        self.assertIn('MemTotal', self.expect(cli.GOOD, 'run', '-p', 'meminfo', name).stdout)

    def test_bug(self):
        free = {'op': 'free_pages', 'of': 'a'}
        name = self.scenario({**cli.ALLOC, 'order': 4}, free, {**free, 'allow': 'double_free'})
        result = self.expect(cli.FAILED, 'run', name)
        self.assertIn('stopped at a bug', result.stderr)
        self.assertIn('vm_bug', result.stdout.splitlines()[-1])
        self.assertIn('reason VM_BUG_ON_PAGE(page_ref_count(page) == 0)', result.stdout.splitlines()[-1])

    def test_bad_arguments(self):
        self.refuses('text, json or ftrace', 'run', '-e', 'xml', 's.json')
        self.refuses('buddyinfo', 'run', '-p', 'cmdline', 's.json')
        self.refuses('none.json', 'run', 'none.json')

    def test_bad_scenario(self):
        self.write('bad.json', '{ "pagewalk": 1,\n  "machine": { "ram": "16M" },\n  "script": [ { "op": "x" } ] }')
        self.assertRegex(self.refuses('/script/0', 'run', 'bad.json').stderr, r'^bad\.json:3:\d+: ')


if __name__ == '__main__':
    cli.main()
