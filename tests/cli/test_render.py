# SPDX-License-Identifier: GPL-2.0-or-later
"""pagewalk-cli render: every kind of file, the options, and what it leaves behind when it cannot."""
import os
import shutil
import signal
import struct
import subprocess
import time
import unittest

import cli

MAGIC = {
    'png': b'\x89PNG\r\n\x1a\n',
    'svg': b'<?xml',
    'pdf': b'%PDF-',
    'webp': b'RIFF',
    'gif': b'GIF89a',
}


class Render(cli.TestCase):
    def setUp(self):
        super().setUp()
        self.write('s.json', cli.SCENARIO)

    def read(self, name):
        with open(self.path(name), 'rb') as file:
            return file.read()

    def render(self, name, *args):
        self.expect(cli.GOOD, 'render', 's.json', '-o', name, *args)
        return self.read(name)

    def refuses_to_render(self, complaint, *args):
        """Nothing may be left behind, neither the file nor a part of it under another name."""
        before = sorted(os.listdir(self.folder))
        self.refuses(complaint, 'render', 's.json', *args)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_stills(self):
        for kind in ('png', 'svg', 'pdf'):
            self.assertTrue(self.render('a.' + kind, '--at', '5').startswith(MAGIC[kind]), kind)

    def test_animations(self):
        for kind in ('webp', 'gif'):
            data = self.render('a.' + kind, '--pane', 'buddy', '--from', '3', '--to', '8', '--size', '320x240')
            self.assertTrue(data.startswith(MAGIC[kind]), kind)
        self.assertEqual(data[6:10], struct.pack('<HH', 320, 240))
        self.assertIn(b'ANIM', self.read('a.webp'))

    @unittest.skipUnless(shutil.which('ffmpeg'), 'no ffmpeg')
    def test_videos(self):
        for kind in ('webm', 'mp4'):
            self.assertGreater(len(self.render('a.' + kind, '--from', '0', '--to', '4', '--size', '320x240')), 500)

    def test_size(self):
        data = self.render('a.png', '--size', '400x300')
        self.assertEqual(struct.unpack('>II', data[16:24]), (400, 300))
        self.assertEqual(struct.unpack('>II', self.render('b.png')[16:24]), (1280, 800))

    def test_the_same_run_gives_the_same_picture(self):
        self.assertEqual(self.render('a.png', '--at', '9'), self.render('b.png', '--at', '9'))
        self.assertEqual(self.render('a.gif', '--from', '2', '--to', '5'),
                         self.render('b.gif', '--from', '2', '--to', '5'))

    def test_options_change_the_picture(self):
        plain = self.render('a.png', '--pane', 'buddy', '--at', '9')
        for args in [['--scheme', 'dark'], ['--scheme', 'hc'], ['--scheme', 'hc-dark'], ['--at', '15'],
                     ['--select', 'page 0x60'], ['--font-scale', '1.5']]:
            self.assertNotEqual(self.render('b.png', '--pane', 'buddy', '--at', '9', *args), plain, args)

    def test_language(self):
        english = self.render('a.png', '--at', '9')
        self.assertNotEqual(self.render('b.png', '--at', '9', '--lang', 'zh_CN'), english)
        self.assertEqual(self.render('c.png', '--at', '9', '--lang', 'en'), english)

    def test_every_pane_and_layout(self):
        for option, unknown in (('--pane', 'nothing'), ('--layout', 'nothing')):
            complaint = self.refuses(unknown, 'render', 's.json', option, unknown, '-o', 'a.png').stderr
            names = complaint.strip().split('expected ')[1].split(', ')
            self.assertGreater(len(names), 1)
            for name in names:
                self.render('a.png', option, name, '--at', '9')

    def test_empty_script(self):
        self.scenario()
        self.render('a.png')
        self.render('a.gif', '--from', '0')

    def test_bad_arguments(self):
        out = ['-o', 'a.png']
        self.refuses_to_render('-o FILE is missing')
        self.refuses_to_render('ends in .png', '-o', 'a.bmp')
        self.refuses_to_render('ends in .png', '-o', 'a')
        self.refuses_to_render('exclude each other', '--pane', 'buddy', '--layout', 'overview', *out)
        self.refuses_to_render('exclude each other', '--at', '1', '--from', '1', *out)
        self.refuses_to_render('WIDTHxHEIGHT', '--size', '12', *out)
        self.refuses_to_render('WIDTHxHEIGHT', '--size', '12x', *out)
        self.refuses_to_render('WIDTHxHEIGHT', '--size', '-5x5', *out)
        self.refuses_to_render('16 to', '--size', '1x1', *out)
        self.refuses_to_render('16 to', '--size', '99999x99999', *out)
        self.refuses_to_render('light, dark', '--scheme', 'pink', *out)
        self.refuses_to_render('no step 9999', '--at', '9999', *out)
        self.refuses_to_render('a step is a number', '--at', '-3', *out)
        self.refuses_to_render('comes after', '--from', '5', '--to', '2', '-o', 'a.gif')
        self.refuses_to_render('one step', '--from', '2', '--to', '5', *out)
        self.refuses_to_render('--fps', '--fps', '0.001', '-o', 'a.gif')
        self.refuses_to_render('--fps', '--fps', 'nan', '-o', 'a.gif')
        self.refuses_to_render('--speed', '--speed', '-1', '-o', 'a.gif')
        self.refuses_to_render('--font-scale', '--font-scale', '100', *out)
        self.refuses_to_render('an object', '--select', 'elephant 5', *out)
        self.refuses_to_render('a number', '--select', 'page x', *out)
        self.refuses_to_render('a zone', '--select', 'zone Abnormal', *out)
        self.refuses_to_render('an order', '--select', 'free_area Normal 11', *out)
        self.refuses_to_render('a zone', '--zone', '9:Normal', *out)
        self.refuses_to_render('not the name of a language', '--lang', '../x', *out)

    def test_unwritable_place(self):
        self.refuses_to_render('No such file', '-o', 'none/a.png')
        os.mkdir(self.path('taken.png'))
        self.refuses_to_render('taken.png', '-o', 'taken.png')
        self.refuses_to_render('No such file', '--from', '1', '--to', '3', '-o', 'none/a.gif')

    def test_failure_leaves_the_old_file(self):
        self.write('a.png', 'precious')
        self.refuses_to_render('no step', '--at', '9999', '-o', 'a.png')
        self.assertEqual(self.read('a.png'), b'precious')

    def test_interrupted(self):
        self.write('a.gif', 'precious')
        name = self.scenario({'repeat': 2000, 'script': [
            {'op': 'alloc_pages', 'order': 4, 'gfp': 'GFP_KERNEL', 'as': 'x'}, {'op': 'free_pages', 'of': 'x'}]},
            name='long.json')
        with subprocess.Popen([cli.CLI, 'render', name, '--from', '0', '--speed', '20', '-o', 'a.gif'],
                              cwd=self.folder, env=self.environment(), stderr=subprocess.PIPE, text=True) as process:
            time.sleep(1)
            self.assertIsNone(process.poll(), 'it should have been busy for long')
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=30)
        self.assertEqual(process.returncode, cli.USAGE, complaint)
        self.assertIn('interrupted', complaint)
        self.assertEqual(self.read('a.gif'), b'precious')
        self.assertEqual(sorted(os.listdir(self.folder)), ['a.gif', 'long.json', 's.json'])

    def test_compare(self):
        """Three machines side by side, each by the pane that is asked for."""
        self.expect(cli.GOOD, 'render', '--layout', 'compare', '--at', '5', '-o', 'c.png', 's.json')
        self.expect(cli.GOOD, 'render', '--layout', 'compare', '--pane', 'buddy', '--at', '5', '-o', 'b.png', 's.json')
        self.expect(cli.GOOD, 'render', '--layout', 'compare', '--compare-by', 'thp', '-o', 't.svg', 's.json')
        self.expect(cli.USAGE, 'render', '--layout', 'compare', '--compare-by', 'x', '-o', 'x.png', 's.json')
        self.expect(cli.USAGE, 'render', '--layout', 'overview', '--pane', 'buddy', '-o', 'x.png', 's.json')


if __name__ == '__main__':
    cli.main()
