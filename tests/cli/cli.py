# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of pagewalk-cli share: running it, and scenarios to run."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

CLI = os.environ['PAGEWALK_CLI']

GOOD, FAILED, USAGE = 0, 1, 2

ALLOC = {'op': 'alloc_pages', 'order': 0, 'gfp': 'GFP_KERNEL', 'as': 'a'}

SCENARIO = {
    'pagewalk': 1,
    'title': 'Test',
    'machine': {'ram': '16M'},
    'script': [
        {**ALLOC, 'expect': {'pfn': '0x40'}},
        {'op': 'alloc_pages', 'order': 3, 'gfp': 'GFP_KERNEL|__GFP_ZERO', 'as': 'b'},
        {'op': 'free_pages', 'of': 'a'},
        {'op': 'free_pages', 'of': 'b'},
        {'op': 'drain_all_pages', 'expect': {'result': 0}},
    ],
}


class TestCase(unittest.TestCase):
    """Each test has a folder of its own, in which the program runs."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        """Writes a scenario (an object) or a text; returns the file's name."""
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content, indent=1)
        with open(self.path(name), 'wb') as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return name

    def scenario(self, *script, name='s.json', **machine):
        return self.write(name, {'pagewalk': 1, 'machine': {'ram': '16M', **machine}, 'script': list(script)})

    def environment(self, language='C.UTF-8'):
        env = dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='')
        if language != 'C.UTF-8':
            env['LANGUAGE'] = language
        env.pop('DISPLAY', None)
        env.pop('WAYLAND_DISPLAY', None)
        return env

    def cli(self, *args, language='C.UTF-8', **kwargs):
        result = subprocess.run([CLI, *args], cwd=self.folder, env=self.environment(language), text=True,
                                stdin=subprocess.DEVNULL, capture_output='stdout' not in kwargs,
                                timeout=300, check=False, **kwargs)
        if result.stderr:
            # AddressSanitizer says so of every program that switches stacks.
            result.stderr = re.sub(r"^==\d+==WARNING: ASan doesn't fully support makecontext.*\n", '', result.stderr,
                                   flags=re.MULTILINE)
        return result

    def expect(self, status, *args, **kwargs):
        result = self.cli(*args, **kwargs)
        self.assertEqual(result.returncode, status, f'{args}: {result.stderr}')
        return result

    def refuses(self, complaint, *args):
        """Unusable: exit status 2, one understandable line on standard error, nothing on standard output."""
        result = self.expect(USAGE, *args)
        self.assertIn(complaint, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertEqual(result.stdout, '')
        return result


def main():
    # Warnings of the libraries are failures.
    os.environ['G_DEBUG'] = 'fatal-warnings'
    unittest.main(argv=sys.argv[:1], verbosity=2)
