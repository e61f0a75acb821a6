# SPDX-License-Identifier: GPL-2.0-or-later
"""pagewalk-cli slabs: caches, leaks, and the three allocators side by side."""
import json
import unittest

import cli

SCRIPT = json.dumps({
    'pagewalk': 1, 'title': 'Objects', 'machine': {'ram': '32M', 'slab': 'slab'},
    'script': [
        {'op': 'kmem_cache_create', 'name': 'thing', 'size': 256, 'as': 'thing'},
        {'op': 'kmem_cache_alloc', 'cache': 'thing', 'count': 20, 'as': 't'},
        {'op': 'kmem_cache_free', 'of': 't[0..16]'},
    ]})


class Slabs(cli.TestCase):
    def setUp(self):
        super().setUp()
        self.write('s.json', SCRIPT)

    def test_caches(self):
        lines = self.expect(cli.GOOD, 'slabs', 's.json').stdout.splitlines()
        thing = [line.split() for line in lines if line.startswith('thing ')]
        # name, size, used, free, objects, slabs, order, pages, waste
        self.assertEqual(thing, [['thing', '256', '3', '29', '32', '2', '0', '2', '0']])
        self.assertIn('3 objects were never given back:', lines)
        leaks = [line for line in lines if 'of thing, allocated by operation 2 at step ' in line]
        self.assertEqual(len(leaks), 3)

    def test_all(self):
        some = self.expect(cli.GOOD, 'slabs', 's.json').stdout.splitlines()
        every = self.expect(cli.GOOD, 'slabs', '--all', 's.json').stdout.splitlines()
        self.assertGreater(len(every), len(some))

    def test_at(self):
        lines = self.expect(cli.GOOD, 'slabs', '--at', '0', 's.json').stdout
        self.assertNotIn('thing', lines)
        self.expect(cli.USAGE, 'slabs', '--at', '100000', 's.json')

    def test_compare(self):
        lines = self.expect(cli.GOOD, 'slabs', '--compare', 's.json').stdout.splitlines()
        self.assertEqual(lines[0].split(), ['SLAB', 'SLUB', 'SLOB'])
        rows = {line[:36].strip(): line[36:].split() for line in lines[1:]}
        self.assertEqual(rows['Objects that the script holds'], ['3', '3', '3'])
        self.assertEqual(rows['Bytes that were asked for'], ['768', 'B'] * 3)
        # SLOB has neither queues nor kmalloc classes, and so needs the least memory.
        self.assertLess(int(rows['Pages in slabs'][2]), int(rows['Pages in slabs'][0]))
        self.assertEqual(rows["Pages of the processors' own"][2], '0')

    def test_compare_by(self):
        lines = self.expect(cli.GOOD, 'slabs', '--compare-by', 'slab_debug', 's.json').stdout.splitlines()
        self.assertEqual(lines[0].split(), ['without', 'debugging', 'with', 'debugging'])
        self.expect(cli.USAGE, 'slabs', '--compare-by', 'scenario', 's.json')

    def test_compare_listed(self):
        script = json.loads(SCRIPT)
        script['compare'] = [{'name': 'small'}, {'ram': '64M'}]
        self.write('listed.json', json.dumps(script))
        lines = self.expect(cli.GOOD, 'slabs', '--compare', 'listed.json').stdout.splitlines()
        self.assertEqual(lines[0].split(), ['small', 'ram', '64M'])
        free = next(line[36:].split() for line in lines if line.startswith('Free pages'))
        self.assertGreater(int(free[1]), int(free[0]) + 7000)

    def test_slabinfo(self):
        text = self.expect(cli.GOOD, 'run', '--quiet', '--proc', 'slabinfo', 's.json').stdout
        self.assertIn('slabinfo - version: 2.1\n', text)
        self.assertRegex(text, r'\nthing +\d+ +32 +256 +16 +1 : tunables')


if __name__ == '__main__':
    unittest.main()
