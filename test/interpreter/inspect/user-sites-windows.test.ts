import { expect, test } from 'vitest';
import { listUserSites } from '../../../src/interpreter/inspect/site-directories.ts';

const roaming = 'C:\\Users\\me\\AppData\\Roaming';

test('user sites of Windows: of 64 and 32 bits, of ARM, and of free-threaded builds', () => {
  const context = { platform: 'win32', env: { APPDATA: roaming }, home: 'C:\\Users\\me' } as const;
  const sites = listUserSites({ major: 3, minor: 13, patch: 1 }, { library: null, stdlib: null }, context);
  expect(sites).toEqual(
    ['313', '313-32', '313-arm64', '313t', '313t-32', '313t-arm64'].map(
      (name) => `${roaming}\\Python\\Python${name}\\site-packages`,
    ),
  );
});
