import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findExposure } from '../../host/files/ownership.ts';
import { probe } from '../run-detached.ts';
import type { AdminContext } from '../command.ts';
import { describeExposure } from '../exposure-messages.ts';
import { isPackaged, SYSTEM_PREFIX } from '../setup/locations.ts';
import type { Finding } from './finding.ts';
import { judgeAge } from './node-releases.ts';

const subject = 'Node';
const fix = 'pipward setup --refresh, with the desired Node on PATH';

const bundledFix = 'install a newer pipward, which brings a newer Node (docs/packages.md)';
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
  const finding = judgeNode(answer.slice(0, at), answer.slice(at + 1), today);
  // It came with pipward: no Node on PATH takes its place.
  const isBundled = stats.isFile() || isPackaged(path.dirname(realpathSync(link)));
  return [finding.fix !== null && isBundled ? { ...finding, fix: bundledFix } : finding];
}

/** What is to be said of a Node that runs. `today` is compared with the end of its fixes. */
export function judgeNode(program: string, version: string, today: Date): Finding {
  const text = `${program}, version ${version}`;
  const age = judgeAge(version, today);
  switch (age?.kind) {
    case undefined:
      return { subject, state: 'ok', text, fix: null };
    case 'too-old':
      return { subject, state: 'wrong', text: `${text}: pipward needs 20.19 or later`, fix };
    case 'end-of-life':
      return { subject, state: 'note', text: `${text}: it has had no security fixes since ${age.since}`, fix };
    case 'behind':
      return { subject, state: 'note', text: `${text}: ${age.newest} is newer, and may have security fixes`, fix };
  }
}
