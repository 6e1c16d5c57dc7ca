import { expect, test } from 'vitest';
import { decodeOctal } from '../../../../src/admin/setup/verify/verify.ts';

test.each([
  ['/tmp/h\\303\\251 x/shims/pip', '/tmp/hé x/shims/pip'],
  ['/home/\\346\\227\\245\\346\\234\\254/pip', '/home/日本/pip'],
  ['/home/a\\101/pip', '/home/a\\101/pip'],
  ['/usr/bin/pip', '/usr/bin/pip'],
])("a path in tcsh's words: %s", (said, file) => {
  expect(decodeOctal(said)).toBe(file);
});
