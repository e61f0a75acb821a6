# SPDX-License-Identifier: GPL-2.0-or-later
"""pagewalk-cli check: what holds, what does not, and what cannot be used."""
import os
import unittest

import cli


class Check(cli.TestCase):
    def closing(self, result):
        return result.stdout.splitlines()[-1]

    def test_all_hold(self):
        self.write('s.json', cli.SCENARIO)
        result = self.expect(cli.GOOD, 'check', 's.json')
        # Two clauses and the invariants.
        self.assertEqual(self.closing(result), '3 passed, 0 failed')
        self.assertEqual(result.stderr, '')

    def test_clause_fails(self):
        name = self.write('s.json', '{ "pagewalk": 1, "machine": { "ram": "16M" }, "script": [\n'
                                    '  { "op": "alloc_pages", "order": 0, "gfp": "GFP_KERNEL", "as": "a" },\n'
                                    '  { "op": "drain_all_pages",\n'
                                    '    "expect": { "result": 7 } } ] }')
        result = self.expect(cli.FAILED, 'check', name)
        self.assertEqual(self.closing(result), '1 passed, 1 failed')
        self.assertRegex(result.stderr, r'^s\.json:4:\d+: /script/1/expect/result: .*7')
        self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_closing_line_is_the_same_in_chinese(self):
        self.write('s.json', cli.SCENARIO)
        self.assertEqual(self.closing(self.expect(cli.GOOD, 'check', 's.json', language='zh_CN')),
                         '3 passed, 0 failed')

    def test_repeated_clause_counts_each_time(self):
        name = self.scenario({'repeat': 5, 'script': [{'op': 'drain_all_pages', 'expect': {'result': 0}}]})
        self.assertEqual(self.closing(self.expect(cli.GOOD, 'check', name)), '6 passed, 0 failed')

    def test_several(self):
        self.write('good.json', cli.SCENARIO)
        bad = self.scenario({'op': 'drain_all_pages', 'expect': {'result': 1}}, name='bad.json')
        result = self.expect(cli.FAILED, 'check', 'good.json', bad, 'good.json')
        self.assertEqual(self.closing(result), '7 passed, 1 failed')

    def test_empty_script(self):
        self.assertEqual(self.closing(self.expect(cli.GOOD, 'check', self.scenario())), '1 passed, 0 failed')

    def test_quick(self):
        self.write('s.json', cli.SCENARIO)
        self.assertEqual(self.closing(self.expect(cli.GOOD, 'check', '--quick', 's.json')), '3 passed, 0 failed')

    def test_expected_bug(self):
        free = {'op': 'free_pages', 'of': 'a'}
        script = [{**cli.ALLOC, 'order': 4}, free, {**free, 'allow': 'double_free', 'expect': {'bug': True}}]
        result = self.expect(cli.GOOD, 'check', self.scenario(*script))
        self.assertEqual(self.closing(result), '2 passed, 0 failed')

    def test_unexpected_bug(self):
        free = {'op': 'free_pages', 'of': 'a'}
        script = [{**cli.ALLOC, 'order': 4}, free, {**free, 'allow': 'double_free'}]
        result = self.expect(cli.FAILED, 'check', self.scenario(*script))
        self.assertRegex(result.stderr, r's\.json:\d+:\d+: ')

    def test_unreadable(self):
        result = self.expect(cli.USAGE, 'check', 'none.json')
        self.assertIn('none.json: ', result.stderr)
        self.assertEqual(self.closing(result), '0 passed, 0 failed')
        self.expect(cli.USAGE, 'check', '.')

    def test_unreadable_does_not_hide_the_others(self):
        self.write('s.json', cli.SCENARIO)
        result = self.expect(cli.USAGE, 'check', 'none.json', 's.json')
        self.assertEqual(self.closing(result), '3 passed, 0 failed')

    def test_not_a_scenario(self):
        for content in ['', '{', '[]', '{}', 'hello', b'\xff\xfe\x00', '{"pagewalk": 2}']:
            self.write('s.json', content)
            result = self.expect(cli.USAGE, 'check', 's.json')
            self.assertRegex(result.stderr, r'^s\.json:\d+:\d+: ', content)

    @unittest.skipIf(os.geteuid() == 0, 'root may read everything')
    def test_no_permission(self):
        self.write('s.json', cli.SCENARIO)
        os.chmod(self.path('s.json'), 0)
        self.expect(cli.USAGE, 'check', 's.json')


if __name__ == '__main__':
    cli.main()
