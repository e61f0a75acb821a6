# SPDX-License-Identifier: GPL-2.0-or-later
"""pagewalk-cli verify: lines, sums, exit codes, and that changes are noticed."""
import json
import lzma
import os
import re
import unittest

import cli

PHYS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'oracle', 'phys')
GOOD = os.path.join(PHYS, 'driver', 'm1-lists.trace.xz')
OTHER = os.path.join(PHYS, 'live', 'oom.trace.xz')
COUNTS = r'allocations (\d+)/(\d+) frees (\d+)/(\d+) events (\d+)/(\d+) free-lists (\d+)/(\d+) lru-decisions (\d+)/(\d+)'


class Verify(cli.TestCase):
    def changed(self, pattern, replacement):
        """A recording of which the first match is replaced, as a plain file."""
        text = lzma.open(GOOD, 'rt').read()
        changed, n = re.subn(pattern, replacement, text, count=1, flags=re.M)
        self.assertEqual(n, 1)
        return self.write('changed.trace', changed)

    def test_agrees(self):
        lines = self.expect(cli.GOOD, 'verify', GOOD, OTHER).stdout.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertTrue(lines[0].startswith('m1-lists.trace.xz: '))
        self.assertTrue(lines[1].startswith('oom.trace.xz: '))
        counts = [[int(n) for n in re.search(COUNTS + '$', line).groups()] for line in lines]
        self.assertRegex(lines[2], '^agree: ' + COUNTS + '$')
        for row in counts:
            self.assertEqual(row[0::2], row[1::2])
            self.assertTrue(all(row[:8]))
        self.assertEqual(counts[0][8:], [0, 0])         # nothing was reclaimed
        self.assertGreater(counts[1][9], 400)
        self.assertEqual(counts[2], [a + b for a, b in zip(counts[0], counts[1])])

    def test_json(self):
        result = json.loads(self.expect(cli.GOOD, 'verify', '--json', GOOD).stdout)
        self.assertEqual(result['files'][0]['kind'], 'driver')
        self.assertEqual(result['agree']['free-lists'], {'agreed': 6, 'total': 6})
        self.assertIsNone(result['files'][0]['error'])

    def test_changed_page(self):
        name = self.changed(r'^A \d+ 0 (\d)', r'A 9 0 \1')
        out = self.expect(cli.FAILED, 'verify', name).stdout
        self.assertRegex(out, r'changed\.trace:\d+: > \d+ alloc \d+ 0 [0-9a-f]+ \(event \d+, line \d+\)\n'
                              r'    kernel: A 9 0 .*\n    core:   A \d+ 0 ')
        allocations = re.search('^agree: ' + COUNTS, out, re.M).groups()[:2]
        self.assertEqual(int(allocations[0]), int(allocations[1]) - 1)

    def test_first(self):
        name = self.changed(r'^A \d+ 0 (\d)', r'A 9 0 \1')
        out = self.expect(cli.FAILED, 'verify', '--first', name, GOOD).stdout
        self.assertNotIn('m1-lists', out)

    def test_malformed(self):
        name = self.changed(r'^Z (\d+) 0 1 1$', r'Z \1 0 one 1')
        result = self.expect(cli.USAGE, 'verify', name)
        self.assertRegex(result.stderr, r'^changed\.trace:\d+: “one” is not a migrate type')
        self.assertIn('agree: ', result.stdout)

    def test_cut_off(self):
        data = open(GOOD, 'rb').read()
        result = self.expect(cli.USAGE, 'verify', self.write('cut.trace.xz', data[:len(data) // 2]))
        self.assertRegex(result.stderr, r'^cut\.trace\.xz:\d+: .*cut off')

    def test_unusable(self):
        self.assertIn('nothing.xz', self.expect(cli.USAGE, 'verify', 'nothing.xz').stderr)
        self.write('s.json', cli.SCENARIO)
        self.assertRegex(self.expect(cli.USAGE, 'verify', 's.json').stderr, r'^s\.json:1:1: /: found a scenario; expected a recording')
        self.assertIn('RECORDING', self.expect(cli.USAGE, 'verify').stderr)
        self.expect(cli.USAGE, 'verify', '--nonsense', GOOD)

    def test_opens_like_a_scenario(self):
        out = self.expect(cli.GOOD, 'run', OTHER, '--proc', 'buddyinfo').stdout
        self.assertRegex(out, r'Node 0, zone    DMA32')


if __name__ == '__main__':
    unittest.main()
