import { expect, test } from 'vitest';
import { parsePyvenvCfg } from '../../../src/interpreter/inspect/pyvenv-cfg.ts';

const nothing = { home: null, version: null, includesSystemSite: true };
const version = { major: 3, minor: 12, patch: 1 };

test.each([
  [
    'venv',
    'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.1\nexecutable = /usr/bin/python3.12\n',
    { home: '/usr/bin', version, includesSystemSite: false },
  ],
  [
    'virtualenv',
    'home = /usr/bin\nimplementation = CPython\nversion_info = 3.12.1.final.0\nversion = 3.12.1\n',
    { home: '/usr/bin', version, includesSystemSite: true },
  ],
  [
    'uv',
    'home = /usr/bin\nimplementation = CPython\nuv = 0.5.1\nversion_info = 3.12.1\ninclude-system-site-packages = false\n',
    { home: '/usr/bin', version, includesSystemSite: false },
  ],
  ['Windows line ends', 'home = C:\\Python312\r\nversion = 3.12.1\r\n', { ...nothing, home: 'C:\\Python312', version }],
  [
    'a byte order mark is a part of the first key',
    '\uFEFFinclude-system-site-packages = false\nversion = 3.12.1\n',
    { ...nothing, version },
  ],
  ...['\x1c', '\x1f', '\x85', '\xa0', '\u3000', '\v'].map((space): [string, string, typeof nothing] => [
    `white space of Python: ${JSON.stringify(space)}`,
    `include-system-site-packages = false\n${space}include-system-site-packages${space}=${space}true${space}\n`,
    nothing,
  ]),
  [
    'a byte order mark is not white space to Python',
    'include-system-site-packages = true\nInclude-System-Site-Packages = true\uFEFF\n',
    { ...nothing, includesSystemSite: false },
  ],
  [
    'keys in any case, spaces or none',
    'HOME=/usr/bin\n  Include-System-Site-Packages   =  FALSE  \n',
    { home: '/usr/bin', version: null, includesSystemSite: false },
  ],
  [
    'an equals sign and spaces in the value stay',
    'home = /opt/my py=3/bin\n',
    { ...nothing, home: '/opt/my py=3/bin' },
  ],
  ['the first home counts', 'home = /a\nhome = /b\n', { ...nothing, home: '/a' }],
  [
    'anything but true hides the system site',
    'include-system-site-packages = yes\n',
    { ...nothing, includesSystemSite: false },
  ],
  ['a pre-release', 'version = 3.13.0rc1\n', { ...nothing, version: { major: 3, minor: 13, patch: 0 } }],
  ['no patch', 'version = 3.9\n', { ...nothing, version: { major: 3, minor: 9, patch: null } }],
  ['no version', 'version = unknown\n', nothing],
  ['an empty home', 'home =\n', nothing],
  ['an empty file', '', nothing],
  ['lines without an equals sign', 'home\n# home\n', nothing],
])('%s', (_, text, expected) => {
  expect(parsePyvenvCfg(text)).toEqual(expected);
});
