import { expect, test } from 'vitest';
import { renderConfDiff } from '../../../../../src/admin/policy/pip-conf/text/redact-conf.ts';

/** Each would be a secret in a file; `hunter2` is the part that must never be shown. */
const SECRETS = [
  'index-url = https://ada:hunter2@host/simple',
  'index-url = https://ada:hunter2 with spaces@host/simple',
  'INDEX_URL: https://hunter2@host/simple',
  'extra-index-url =\n    https://ada:hunter2@host/a\n    https://ada:hunter2@host/b',
  'extra-index-url = https://a/simple https://ada:hunter2@host/b',
  'find-links = /a\n    # https://ada:hunter2@host/b\n    https://ada:hunter2@host/c',
  'proxy = ada:hunter2@proxy:3128',
  'trusted-host = ada:hunter2@host',
  '# index-url = https://ada:hunter2@host/simple',
  '# the proxy is ada:hunter2@proxy:3128',
  '#index-url=https://ada:hunter2@host/simple',
  'find-links = https://host/x?token=hunter2',
  'password = hunter2',
  'global-option = --token=hunter2',
  'keyring-secret = hunter2',
];

test.each(SECRETS)('%s', (line) => {
  const shown = renderConfDiff('/etc/pip.conf', `[global]\n${line}\n`, `[global]\n${line}\nuser = no\n`);
  expect(shown).not.toContain('hunter2');
  expect(shown).toContain('+user = no');
});

test('what would do something to a terminal is not shown as it is, and what does nothing stays', () => {
  const before = Buffer.from('[global]\r\n\ttimeout = 6\u001b[31m\r\nhost = ü\r\n').toString('latin1');
  const shown = renderConfDiff('/tmp/a\u001bb/pip.conf', before, `${before}[install]\r\n`);
  expect(shown).not.toMatch(/[\0-\x09\x0b-\x1f]/);
  expect(shown).toContain('host = ü');
});
