import path from 'node:path';
import { isOwnShim } from '../setup/files/installation.ts';
import type { CallContext } from '../../model/call-context.ts';
import { readLinkState, type LinkRecord } from '../setup/links/plan-links.ts';
import { readSudoPath } from '../setup/verify/places.ts';
import { listOnPath } from './check-path.ts';
import type { Finding } from './finding.ts';

const subject = 'links';
const AGAIN = 'as root: pipward setup --system';

/** Whether the links of an installation for all users are still there, lead to its shims, and come first. */
export function checkLinks(links: readonly LinkRecord[], context: CallContext): readonly Finding[] {
  const [first] = links;
  if (first === undefined) return [];
  const wrong = [...links.flatMap((link) => checkLink(link) ?? []), ...checkOrder(links, context)];
  if (wrong.length > 0) return wrong;
  const names = links.map((link) => path.basename(link.path)).join(', ');
  return [{ subject, state: 'ok', text: `${names} in ${path.dirname(first.path)} lead to pipward`, fix: null }];
}

function checkLink(link: LinkRecord): Finding | null {
  const { path: file, target } = link;
  switch (readLinkState(link)) {
    case 'missing':
      return { subject, state: 'wrong', text: `${file} is gone`, fix: AGAIN };
    case 'foreign': {
      const text = `${file} was replaced: it does not lead to pipward`;
      return { subject, state: 'wrong', text, fix: `look at what it is; to replace it, delete it, then ${AGAIN}` };
    }
    case 'ours': {
      // pip before 19.2 writes a new script through the link.
      const isWhole = path.basename(file) === 'pipward' || isOwnShim(file);
      const text = `${target} is not pipward's file: another program wrote it, or it is gone`;
      return isWhole ? null : { subject, state: 'wrong', text, fix: AGAIN };
    }
  }
}

/** Programs that come before the links, in the caller's PATH and in that of sudo: one finding for each folder. */
function checkOrder(links: readonly LinkRecord[], { env, files }: CallContext): readonly Finding[] {
  const active = env['VIRTUAL_ENV'] ?? env['CONDA_PREFIX'];
  const sudo = readSudoPath(env);
  const paths = [{ PATH: env['PATH'] ?? '', who: '' }, ...(sudo === null ? [] : [{ PATH: sudo, who: ' for sudo' }])];
  return paths.flatMap(({ PATH, who }) => {
    const earlier = links.flatMap(({ path: file }) => {
      const hits = listOnPath({ env: { PATH }, files }, path.basename(file));
      const [hit] = hits;
      // A PATH without the link's folder does not reach it at all, which is told elsewhere; any pipward may come first.
      if (hit === undefined || hit === file || !hits.includes(file)) return [];
      if (isOwnShim(hit) || path.basename(hit) === 'pipward') return [];
      return active !== undefined && hit.startsWith(`${active}/`) ? [] : [{ hit, file }];
    });
    return [...new Set(earlier.map(({ hit }) => path.dirname(hit)))].map((folder): Finding => {
      const inside = earlier.filter(({ hit }) => path.dirname(hit) === folder);
      const names = inside.map(({ hit }) => path.basename(hit)).join(', ');
      const own = path.dirname(inside[0]?.file ?? '');
      const text = `${folder}, which has ${names}, comes before ${own} on PATH${who}`;
      return {
        subject,
        state: 'wrong',
        text,
        fix: `look at ${names} in ${folder}: delete what is not needed, or put ${own} first on PATH`,
      };
    });
  });
}
