import type { FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { ScriptsNotOnPath } from '../../model/observation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { describeVersion, findRecommended } from '../shared/fact-rows.ts';
import type { UserSiteFacts } from './user-site-facts.ts';
import { listScripts } from './script-not-on-path.ts';

/** Returns what a user install means for this shell; the more it changes, the further up. Rows that may be missing. */
export function userSiteRows(
  scripts: ScriptsNotOnPath | null,
  facts: CallFacts & { readonly userSite: UserSiteFacts | null },
): readonly FactRow[] {
  const { userSite, caller } = facts;
  const rows: FactRow[] = [];
  const active = userSite?.activeElsewhere ?? null;
  if (active !== null && active !== findRecommended(facts)?.prefix) {
    const text = `${shortenHome(active, caller.home)} is active, but this pip is another Python's`;
    rows.push({ label: 'active', text, optional: true });
  }
  const python = userSite?.python ?? null;
  if (python !== null && !python.sees) {
    const place = `${shortenHome(python.executable, caller.home)}${describeVersion(python.version)}`;
    rows.push({ label: 'invisible to', text: `${python.word} in this shell, which is ${place}`, optional: true });
  }
  const [first, ...others] = userSite?.shadowed ?? [];
  if (first !== undefined) {
    const more = others.length === 0 ? '' : `, and ${others.length} more`;
    rows.push({ label: 'hides', text: `${first.name} ${first.version} in ${first.directory}${more}`, optional: true });
  }
  if (scripts !== null) {
    rows.push({ label: 'programs', text: `${listScripts(scripts, facts)}, not on PATH`, optional: true });
  }
  if (python?.sees === true) {
    rows.push({
      label: 'visible to',
      text: `${python.word} in this shell${facts.tools.hasSudo && facts.platform !== 'win32' ? ', but not with sudo' : ''}`,
      optional: true,
    });
  }
  return rows;
}
