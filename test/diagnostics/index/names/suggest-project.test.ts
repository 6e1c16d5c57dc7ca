import { describe, expect, test } from 'vitest';
import {
  findProjectCalled,
  findProjectOf,
  KNOWN_PROJECTS,
} from '../../../../src/diagnostics/index/names/known-projects.ts';
import { isStandardModule } from '../../../../src/diagnostics/index/names/standard-modules.ts';
import { suggestProject } from '../../../../src/diagnostics/index/names/suggest-project.ts';

const python = (minor: number, major = 3) => ({ major, minor, patch: 0 });

describe('what a name that no index has may mean', () => {
  test.each([
    ['opencv', 'opencv-python'],
    ['OpenCV', 'opencv-python'],
    ['cv2', 'opencv-python'],
    ['PIL', 'pillow'],
    ['sklearn', 'scikit-learn'],
    ['bs4', 'beautifulsoup4'],
    ['yaml', 'pyyaml'],
    ['dotenv', 'python-dotenv'],
    ['dateutil', 'python-dateutil'],
    ['serial', 'pyserial'],
    ['usb', 'pyusb'],
    ['Crypto', 'pycryptodome'],
    ['jwt', 'pyjwt'],
    ['psycopg2_binary', null],
    ['MySQLdb', 'mysqlclient'],
    ['skimage', 'scikit-image'],
    ['attr', 'attrs'],
    ['magic', 'python-magic'],
    ['git', 'gitpython'],
    ['docx', 'python-docx'],
    ['pptx', 'python-pptx'],
    ['fitz', 'pymupdf'],
    ['OpenSSL', 'pyopenssl'],
    ['zmq', 'pyzmq'],
    ['wx', 'wxpython'],
    ['telegram', 'python-telegram-bot'],
    ['discord', 'discord.py'],
    ['pkg_resources', 'setuptools'],
    ['rest.framework', 'djangorestframework'],
  ])('%s: %s, which is known', (name, project) => {
    const found = suggestProject(name, python(11));
    expect(found?.kind === 'known' ? found.project : found).toBe(project);
  });

  test.each([
    ['reqeusts', ['requests']],
    ['requets', ['requests']],
    ['Beautifulsoup5', ['beautifulsoup4']],
    ['panda', ['pandas']],
    ['slack', ['slack-sdk']],
    ['djagno', ['django']],
    ['multipart', ['python-multipart']],
    ['avro', null],
    ['flak', null],
    ['openia', ['openai']],
    ['rocket', null],
    ['numpi', null],
    ['google', null],
    ['py', null],
    ['requests', null],
    ['Typing_Extensions', null],
    ['ruamel_yaml', null],
  ])('%s: %j, which is a guess', (name, projects) => {
    const found = suggestProject(name, python(11));
    expect(found?.kind === 'guess' ? found.projects : null).toEqual(projects);
  });

  test('only names of the table are suggested', () => {
    const known = new Set(KNOWN_PROJECTS);
    expect(known.size).toBe(KNOWN_PROJECTS.length);
    const names = ['opencv', 'pytorch', 'cv2', 'PIL', 'crypto', 'dns', 'bio', 'ldap', 'umap', 'win32api', 'pycrypto'];
    for (const name of names) expect(known).toContain(findProjectOf(name) ?? findProjectCalled(name));
  });

  test('a known name is never taken for another one', () => {
    for (const project of KNOWN_PROJECTS) {
      expect(suggestProject(project, python(11))?.kind).not.toBe('guess');
    }
  });
});

test.each([
  ['json', python(11), true],
  ['JSON', python(7, 2), true],
  ['sqlite3', null, true],
  ['tkinter', python(11), true],
  ['tkinter', python(7, 2), false],
  ['dataclasses', python(6), false],
  ['dataclasses', python(7), true],
  ['tomllib', python(10), false],
  ['tomllib', python(11), true],
  ['tomllib', null, false],
  ['distutils', python(11), true],
  ['distutils', python(12), false],
  ['distutils', null, false],
  ['socketio', python(11), false],
  ['constructor', python(11), false],
])('%s is part of Python %j: %s', (name, version, isPart) => {
  expect(isStandardModule(name, version)).toBe(isPart);
});

test('what only Unix has is not part of Python on Windows', () => {
  expect(isStandardModule('curses', python(11), true)).toBe(false);
  expect(isStandardModule('curses', python(11), false)).toBe(true);
});
