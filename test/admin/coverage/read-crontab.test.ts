import { expect, test } from 'vitest';
import { readCrontab } from '../../../src/admin/coverage/probe-places.ts';
import { viewOf } from '../../support/tree.ts';

test.each<[text: string, variables: Readonly<Record<string, string>> | null]>([
  ['', null],
  ['SHELL=/bin/sh\n17 * * * * root run PATH=/x\n', null],
  ['PATH=\n', null],
  ['PATH=/usr/bin:/bin\n', { PATH: '/usr/bin:/bin' }],
  [
    '# PATH=/no\n PATH = "/opt/a:/bin" \nPIP_REQUIRE_VIRTUALENV=0\nMAILTO=\'\'\n* * * * * root pip install x\n',
    { PATH: '/opt/a:/bin', PIP_REQUIRE_VIRTUALENV: '0', MAILTO: '' },
  ],
])('the variables of /etc/crontab: %j', (text, variables) => {
  expect(readCrontab({ files: viewOf({ '/etc/crontab': text }) })).toEqual(variables);
});
