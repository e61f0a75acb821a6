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
        leaks = [line for line in lines if line.endswith('of thing, allocated by operation 2')]
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
        self.assertEqual(lines[0].split(), ['slab', 'slub', 'slob'])
        rows = {line[:32].strip(): [int(n) for n in line[32:].split()] for line in lines[1:]}
        self.assertEqual(rows['objects in use'], [3, 3, 3])
        # SLOB has neither queues nor kmalloc classes, and so needs the least memory.
        self.assertLess(rows['pages in slabs'][2], rows['pages in slabs'][0])
        self.assertEqual(rows["pages for the CPUs' own"][2], 0)

    def test_slabinfo(self):
        text = self.expect(cli.GOOD, 'run', '--quiet', '--proc', 'slabinfo', 's.json').stdout
        self.assertIn('slabinfo - version: 2.1\n', text)
        self.assertRegex(text, r'\nthing +\d+ +32 +256 +16 +1 : tunables')


if __name__ == '__main__':
    unittest.main()
