# SPDX-License-Identifier: GPL-2.0-or-later
"""pagewalk-cli itself: help, version, unknown commands, languages, broken pipes and full disks."""
import os
import subprocess
import unittest

import cli

COMMANDS = ['check', 'run', 'render', 'verify', 'bench']


class Main(cli.TestCase):
    def test_help(self):
        result = self.expect(cli.GOOD, '--help')
        for command in COMMANDS:
            self.assertRegex(result.stdout, rf'(?m)^  {command} ')
        self.assertEqual(result.stderr, '')
        self.assertEqual(self.expect(cli.GOOD, 'help').stdout, result.stdout)

    def test_help_of_every_command(self):
        for command in COMMANDS:
            result = self.expect(cli.GOOD, command, '--help')
            self.assertIn('Usage:', result.stdout)
            self.assertIn('--help', result.stdout)
            self.assertEqual(result.stderr, '')

    def test_version(self):
        self.assertRegex(self.expect(cli.GOOD, '--version').stdout, r'^pagewalk \d+\.\d+\.\d+\n$')

    def test_no_command(self):
        self.refuses('no command')

    def test_unknown_command(self):
        self.refuses('“frobnicate”', 'frobnicate')
        self.refuses('“”', '')

    def test_unknown_option(self):
        for command in COMMANDS:
            self.refuses('--frobnicate', command, '--frobnicate')

    def test_missing_argument(self):
        for command in ['check', 'run', 'render', 'verify']:
            self.refuses('argument is missing', command)

    def test_too_many_arguments(self):
        self.refuses('one argument too many', 'run', 'a.json', 'b.json')
        self.refuses('one argument too many', 'render', 'a.json', 'b.json')

    def test_chinese(self):
        english = self.expect(cli.GOOD, '--help').stdout
        chinese = self.expect(cli.GOOD, '--help', language='zh_CN').stdout
        self.assertNotEqual(english, chinese)
        self.assertIn('用法', chinese)

    @unittest.skipUnless(os.path.exists('/dev/full'), 'no /dev/full')
    def test_full_disk(self):
        self.write('s.json', cli.SCENARIO)
        for args in [['--help'], ['run', 's.json'], ['run', '-q', '-p', 'buddyinfo', 's.json'], ['check', 's.json']]:
            with open('/dev/full', 'w', encoding='utf-8') as full:
                result = self.cli(*args, stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(result.returncode, cli.USAGE, args)
            self.assertIn('could not be written', result.stderr)


if __name__ == '__main__':
    cli.main()
