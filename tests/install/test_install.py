# SPDX-License-Identifier: GPL-2.0-or-later
"""`meson install` into a scratch folder: everything is in its place, and the programs run from there."""
import os
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree as ET

APP = 'io.github.pagewalk.Pagewalk'
SOURCE = os.environ['SOURCE_ROOT']
WITH_GUI = os.environ['WITH_GUI'] == '1'


def needs(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    return unittest.skipIf(missing, 'not installed: ' + ', '.join(missing))


def installed(option):
    """The folder of a meson option below the scratch folder."""
    return Installed.destdir + os.path.join(os.environ['PREFIX'], os.environ[option])


def languages():
    with open(os.path.join(SOURCE, 'po', 'LINGUAS'), encoding='utf-8') as file:
        return [line.strip() for line in file if line.strip() and not line.startswith('#')]


class Installed:
    """The scratch folder, shared by the tests."""
    destdir = None


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        Installed.destdir = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, Installed.destdir)
        subprocess.run([os.environ['MESON'], 'install', '-C', os.environ['BUILD_ROOT'], '--no-rebuild', '--quiet',
                        '--destdir', Installed.destdir], check=True, stdout=subprocess.DEVNULL, timeout=300)
        cls.cli = os.path.join(installed('BINDIR'), 'pagewalk-cli')
        cls.data = installed('DATADIR')
        cls.environment = dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='', PAGEWALK_LOCALEDIR=installed('LOCALEDIR'),
                               PAGEWALK_DATADIR=os.path.join(cls.data, 'pagewalk'))

    def run_cli(self, *args, **environment):
        return subprocess.run([self.cli, *args], env=dict(self.environment, **environment), capture_output=True,
                              text=True, timeout=300, cwd=Installed.destdir)

    def exists(self, *path):
        name = os.path.join(self.data, *path)
        self.assertTrue(os.path.isfile(name), name)
        return name


class Programs(Base):
    def test_nothing_lies_outside_the_prefix(self):
        prefix = os.path.normpath(Installed.destdir + os.environ['PREFIX'])
        for folder, _, names in os.walk(Installed.destdir):
            for name in names:
                self.assertTrue(os.path.join(folder, name).startswith(prefix + os.sep), name)

    def test_scenarios_and_schema(self):
        names = sorted(n for n in os.listdir(os.path.join(SOURCE, 'data', 'scenarios')) if n.endswith('.json'))
        folder = os.path.join(self.data, 'pagewalk', 'scenarios')
        self.assertEqual(sorted(os.listdir(folder)), names)
        self.exists('pagewalk', 'schema', 'scenario-v1.schema.json')
        result = self.run_cli('check', '--quick', *[os.path.join(folder, name) for name in names])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r'\b[1-9]\d* passed, 0 failed')

    def test_source_of_the_core(self):
        """The source pane shows it."""
        for name in os.listdir(os.path.join(SOURCE, 'mm')):
            if name.endswith(('.c', '.h', '.def')):
                self.exists('pagewalk', 'mm', name)

    def test_translations(self):
        english = self.run_cli('--help').stdout
        for language in languages():
            self.assertTrue(os.path.isfile(os.path.join(installed('LOCALEDIR'), language, 'LC_MESSAGES',
                                                        'pagewalk.mo')), language)
            self.assertNotEqual(self.run_cli('--help', LANGUAGE=language).stdout, english, language)

    def test_renders(self):
        scenario = os.path.join(self.data, 'pagewalk', 'scenarios', 'buddy-tour.json')
        picture = os.path.join(Installed.destdir, 'picture.png')
        self.addCleanup(os.remove, picture)
        result = self.run_cli('render', scenario, '-o', picture)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(picture, 'rb') as file:
            self.assertEqual(file.read(8), b'\x89PNG\r\n\x1a\n')


@unittest.skipUnless(WITH_GUI, 'built without the window')
class Desktop(Base):
    def test_desktop_file(self):
        with open(self.exists('applications', APP + '.desktop'), encoding='utf-8') as file:
            entry = dict(re.findall(r'^([\w\[\]@-]+)=(.*)$', file.read(), re.M))
        program = entry['Exec'].split()[0]
        self.assertTrue(os.access(os.path.join(installed('BINDIR'), program), os.X_OK), program)
        self.assertEqual(entry['Icon'], APP)
        types = ET.parse(self.exists('mime', 'packages', APP + '.xml')).getroot()
        declared = {t.get('type') for t in types.findall('{*}mime-type')}
        self.assertTrue(declared)
        self.assertLessEqual(declared, set(entry['MimeType'].split(';')))
        for language in languages():
            self.assertIn('Comment[%s]' % language, entry)

    def test_icons(self):
        self.exists('icons', 'hicolor', 'scalable', 'apps', APP + '.svg')
        self.exists('icons', 'hicolor', 'symbolic', 'apps', APP + '-symbolic.svg')
        self.exists('metainfo', APP + '.metainfo.xml')

    @needs('glib-compile-schemas')
    def test_settings(self):
        folder = os.path.dirname(self.exists('glib-2.0', 'schemas', APP + '.gschema.xml'))
        subprocess.run(['glib-compile-schemas', '--strict', '--dry-run', folder], check=True)

    @needs('glib-compile-schemas', 'Xvfb', 'xdotool', 'dbus-run-session')
    def test_window_opens(self):
        schemas = os.path.join(self.data, 'glib-2.0', 'schemas')
        target = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, target)
        subprocess.run(['glib-compile-schemas', '--strict', '--targetdir', target, schemas], check=True)
        display = self.start_display()
        environment = dict(self.environment, DISPLAY=display, GDK_BACKEND='x11', GSK_RENDERER='cairo',
                           GDK_DEBUG='gl-disable', GSETTINGS_BACKEND='memory', GSETTINGS_SCHEMA_DIR=target, HOME=target,
                           XDG_RUNTIME_DIR=target, XDG_DATA_DIRS=self.data + ':/usr/local/share:/usr/share')
        program = subprocess.Popen(['dbus-run-session', '--', os.path.join(installed('BINDIR'), 'pagewalk'),
                                    os.path.join(self.data, 'pagewalk', 'scenarios', 'merging.json')],
                                   env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=target,
                                   start_new_session=True)
        self.addCleanup(program.wait)
        self.addCleanup(lambda: os.killpg(program.pid, 15))
        for _ in range(300):
            search = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', 'Merging'],
                                    env=environment, capture_output=True, text=True)
            if search.stdout.strip():
                return
            self.assertIsNone(program.poll(), 'the program ended')
            time.sleep(0.2)
        self.fail('no window with the title of the scenario within 60 s')

    def start_display(self):
        read, write = os.pipe()
        server = subprocess.Popen(['Xvfb', '-displayfd', str(write), '-screen', '0', '1280x800x24', '-nolisten', 'tcp'],
                                  pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.assertTrue(select.select([pipe], [], [], 20)[0], 'Xvfb does not start')
            return ':' + pipe.readline().strip()


if __name__ == '__main__':
    unittest.main()
