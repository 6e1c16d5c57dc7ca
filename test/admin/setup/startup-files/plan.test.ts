import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { renderProfileTrouble } from '../../../../src/admin/setup/plan/render-plan.ts';
import { planProfile } from '../../../../src/admin/setup/startup-files/plan.ts';
import { renderPowerShellBlock } from '../../../../src/admin/setup/windows/profiles.ts';

const BLOCK = renderPowerShellBlock('C:\\pipward');

function plan(bytes: Buffer) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-profiles-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'profile.ps1');
  writeFileSync(file, bytes);
  return planProfile(file, BLOCK, []);
}

const little = Buffer.from('\uFEFFSet-Alias ll dir\r\n', 'utf16le');

test.each<readonly [string, Buffer]>([
  ['as Windows PowerShell writes it', little],
  ['as its editor writes it', Buffer.from(little).swap16()],
  ['an empty one', Buffer.from([0xff, 0xfe])],
])('a startup file in UTF-16 is left alone: %s', (_, bytes) => {
  const planned = plan(bytes);
  expect(planned.outcome).toEqual({ kind: 'leave', obstacle: 'utf-16' });
  const [why = '', line = ''] = renderProfileTrouble(planned, '');
  expect(why).toContain(
    'profile.ps1 was left alone: it is UTF-16, which only an editor can add to. Add this line to it:',
  );
  expect(line).toMatch(/^ {4}if \(Test-Path -LiteralPath "C:\\pipward\\shims\\pip\.exe"\) /);
});

test.each<readonly [string, Buffer]>([
  ['UTF-8', Buffer.from('# Jörg\r\n')],
  ['UTF-8 with a mark', Buffer.from('\uFEFF# Jörg\r\n')],
  ['the code page', Buffer.from('# J\xf6rg\r\n', 'latin1')],
  ['nothing', Buffer.alloc(0)],
])('a startup file in another encoding gets the block: %s', (_, bytes) => {
  expect(plan(bytes).outcome).toMatchObject({
    kind: 'edit',
    bytes: Buffer.concat([bytes, Buffer.from(blockFor(bytes))]),
  });
});

/** A file of CR LF lines gets such a block. */
function blockFor(bytes: Buffer): string {
  return bytes.length === 0 ? BLOCK : BLOCK.replace(/^(if .*)\n/m, '$1 #\n').replaceAll('\n', '\r\n');
}
