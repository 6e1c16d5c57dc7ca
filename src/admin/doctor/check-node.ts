import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { findExposure } from '../../host/files/ownership.ts';
import { probe } from '../run-detached.ts';
import type { AdminContext } from '../command.ts';
import { describeExposure } from '../exposure-messages.ts';
import { SYSTEM_PREFIX } from '../setup/locations.ts';
import type { Finding } from './finding.ts';

/** The first day without security fixes (https://github.com/nodejs/Release, schedule.json). */
const END_OF_LIFE: Readonly<Record<string, string>> = {
  '20': '2026-04-30',
  '21': '2024-06-01',
  '22': '2027-04-30',
  '23': '2025-06-01',
  '24': '2028-04-30',
  '25': '2026-06-01',
};
const subject = 'Node';
const fix = 'pipward setup --refresh, with the desired Node on PATH';

const sharedFix = 'as root, with a Node on PATH that only root can change: pipward setup --system --refresh';

/** The Node that the shim starts: whether it is still there (nvm removes old ones), runs, is new enough, and gets fixes. */
export async function checkNode(
  { node, programDirectory, env }: AdminContext,
  today: Date,
): Promise<readonly Finding[]> {
  const link = path.join(path.dirname(programDirectory), 'node');
  const stats = lstatSync(link, { throwIfNoEntry: false });
  if (stats === undefined) {
    return [{ subject, state: 'note', text: `${link} is missing; the Node on PATH is used (${node})`, fix }];
  }
  // For all users: a user who can change it runs code as each of them.
  const exposure = path.dirname(programDirectory) === SYSTEM_PREFIX ? findExposure(link) : null;
  if (exposure !== null) {
    const text = `${describeExposure(exposure)}, who could replace the Node that runs as each user's pip`;
    return [{ subject, state: 'wrong', text, fix: sharedFix }];
  }
  const result = await probe({
    command: [link, '-p', 'process.execPath+" "+process.versions.node'],
    env: { PATH: env['PATH'], HOME: env['HOME'] },
    cwd: '/',
    timeoutMilliseconds: 20_000,
  });
  const answer = result.kind === 'ended' && result.status === 0 ? result.stdout.trim() : '';
  const at = answer.lastIndexOf(' ');
  if (at === -1) {
    const target = stats.isSymbolicLink() ? readlinkSync(link) : link;
    const text = existsSync(link)
      ? `${target} does not run: until that is mended, pip runs without pipward`
      : `${target} is gone; the Node on PATH is used meanwhile (${node})`;
    return [{ subject, state: 'wrong', text, fix }];
  }
  return [judgeNode(answer.slice(0, at), answer.slice(at + 1), today)];
}

/** What is to be said of a Node that runs. `today` is compared with the end of its fixes. */
export function judgeNode(program: string, version: string, today: Date): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const text = `${program}, version ${version}`;
  if (major < 20 || (major === 20 && minor < 19)) {
    return { subject, state: 'wrong', text: `${text}: pipward needs 20.19 or later`, fix };
  }
  const end = END_OF_LIFE[String(major)];
  return end !== undefined && today >= new Date(end)
    ? { subject, state: 'note', text: `${text}: end of life since ${end}`, fix }
    : { subject, state: 'ok', text, fix: null };
}
