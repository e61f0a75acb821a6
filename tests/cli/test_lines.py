# SPDX-License-Identifier: GPL-2.0-or-later
"""pagewalk-cli run --lines and why: source lines with their variables, and how a frame came to its state."""
import os
import re
import unittest

import cli

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINE = re.compile(r' *(\d+) +(\d+)  (mm/[\w-]+\.[ch]):(\d+) +(\w+) +\| ( *)(.*)$')
EVENT = re.compile(r' *(\d+) +# (\w+)')
LOCAL = re.compile(r' +\| +(\S+) = (.*)$')
CHANGE = re.compile(r' *(\d+)  op (\d+)  (\w+) .*→ \w+')
PLACE = re.compile(r' {10}(mm/[\w-]+\.[ch]):(\d+)  (.*)$')


def source_line(name, number):
    with open(os.path.join(ROOT, name), encoding='utf-8') as file:
        return file.read().splitlines()[number - 1].strip()


class Lines(cli.TestCase):
    def setUp(self):
        super().setUp()
        self.write('s.json', cli.SCENARIO)

    def listing(self, *args):
        """The rows that are lines, events and variables; every row must be one of them."""
        rows = []
        for row in self.expect(cli.GOOD, 'run', '--lines', *args, 's.json').stdout.splitlines():
            match = LINE.match(row) or EVENT.match(row) or LOCAL.match(row)
            self.assertIsNotNone(match, row)
            rows.append(match)
        return rows

    def lines(self, *args):
        return [row for row in self.listing(*args) if row.re is LINE]

    def test_lines(self):
        lines = self.lines()
        self.assertEqual([int(row[2]) for row in lines], list(range(1, len(lines) + 1)))
        self.assertGreater(len(lines), 500)
        for row in lines[::17]:
            self.assertEqual(row[7].strip(), source_line(row[3], int(row[4])))
        self.assertIn('expand', {row[5] for row in lines})

    def test_depth(self):
        indents = [len(row[6]) for row in self.lines()]
        self.assertEqual(indents[0], 0)
        self.assertGreater(max(indents), 10)
        # a call goes in by one at a time
        self.assertTrue(all(b - a <= 2 for a, b in zip(indents, indents[1:])))

    def test_events(self):
        events = [(int(row[1]), row[2]) for row in self.listing() if row.re is EVENT]
        plain = [row.split()[:2] for row in self.expect(cli.GOOD, 'run', 's.json').stdout.splitlines()]
        self.assertEqual(events, [(int(step), name) for step, name in plain])

    def test_op_is_a_part_of_the_whole(self):
        parts = [row[0] for op in range(1, 6) for row in self.lines('--op', str(op))]
        whole = [row[0] for row in self.lines()]
        self.assertEqual(parts, whole)

    def test_from_to(self):
        whole = self.lines()
        part = self.lines('--from', '3', '--to', '9')
        self.assertEqual([row[0] for row in part], [row[0] for row in whole if 3 <= int(row[1]) < 9])

    def test_locals(self):
        rows = self.listing('--locals', '--op', '2')
        values = [(row[1], row[2]) for row in rows if row.re is LOCAL]
        self.assertIn(('order', '3 (32 KiB)'), values)
        self.assertIn('GFP_KERNEL|__GFP_ZERO', [value for name, value in values if name in ('gfp', 'gfp_mask')])
        self.assertTrue(any(value.startswith('pfn 0x') for name, value in values if name == 'page'), values)
        self.assertEqual([row[0] for row in rows if row.re is LINE], [row[0] for row in self.lines('--op', '2')])

    def test_locals_are_the_same_each_time(self):
        first = self.expect(cli.GOOD, 'run', '-l', '-L', 's.json').stdout
        self.assertEqual(first, self.expect(cli.GOOD, 'run', '-l', '-L', 's.json').stdout)

    def test_run_refuses(self):
        for complaint, args in [
                ('belong to --lines', ['--locals']),
                ('belong to --lines', ['--op', '1']),
                ('belong to --lines', ['--from', '1']),
                ('instead of events', ['--lines', '--events', 'json']),
                ('--op -1', ['--lines', '--op', '-1']),
                ('--op 99', ['--lines', '--op', '99']),
                ('--from -2', ['--lines', '--from', '-2']),
                ('--from 9999', ['--lines', '--from', '9999']),
                ('exclude each other', ['--lines', '--op', '1', '--to', '4']),
                ('lies behind', ['--lines', '--from', '5', '--to', '4']),
                ('ends at step', ['--lines', '--to', '99999'])]:
            self.refuses(complaint, 'run', *args, 's.json')

    # ---- why ----

    def why(self, *args):
        """A list of (step, operation, event, place, functions)."""
        rows = self.expect(cli.GOOD, 'why', *args, 's.json').stdout.splitlines()
        self.assertEqual(len(rows) % 3, 0, rows)
        changes = []
        for change, place, chain in zip(rows[::3], rows[1::3], rows[2::3]):
            match, at = CHANGE.match(change), PLACE.match(place)
            self.assertIsNotNone(match, change)
            self.assertIsNotNone(at, place)
            self.assertEqual(at[3], source_line(at[1], int(at[2])))
            changes.append((int(match[1]), int(match[2]), match[3], at, chain.strip().split(' → ')))
        return changes

    def test_why(self):
        changes = self.why('--pfn', '0x40')
        self.assertEqual([change[0] for change in changes], sorted({change[0] for change in changes}))
        self.assertIn('mm_page_alloc', [change[2] for change in changes])
        for _, _, _, _, chain in changes:
            self.assertEqual(chain[0], 'run_op')
        self.assertEqual({change[1] for change in changes} - {1, 2, 3, 4, 5}, set())
        functions = {function for change in changes for function in change[4]}
        self.assertIn('__rmqueue_smallest', functions)

    def test_why_at_and_last(self):
        whole = self.why('--pfn', '64')
        at = whole[len(whole) // 2][0]
        self.assertEqual([c[0] for c in self.why('--pfn', '0x40', '--at', str(at))],
                         [c[0] for c in whole if c[0] <= at])
        self.assertEqual([c[0] for c in self.why('--pfn', '0x40', '--last', '2')], [c[0] for c in whole][-2:])

    def test_why_nothing(self):
        result = self.expect(cli.GOOD, 'why', '--pfn', '0x40', '--at', '0', 's.json')
        self.assertIn('Nothing changed page frame 0x40 up to step 0', result.stdout)

    def test_why_refuses(self):
        for complaint, args in [
                ('--pfn is missing', []),
                ('--pfn x', ['--pfn', 'x']),
                ('--pfn', ['--pfn', '-1']),
                ('page frames end at 0xfff', ['--pfn', '0x1000']),
                ('--at -5', ['--pfn', '1', '--at', '-5']),
                ('ends at step', ['--pfn', '1', '--at', '99999']),
                ('--last -1', ['--pfn', '1', '--last', '-1'])]:
            self.refuses(complaint, 'why', *args, 's.json')
        self.refuses('missing', 'why', '--pfn', '1')
        self.refuses('nosuch.json', 'why', '--pfn', '1', 'nosuch.json')


if __name__ == '__main__':
    cli.main()
