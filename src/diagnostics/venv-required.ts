import type { Diagnostic, FactRow } from '../model/diagnostic.ts';
import type { AdviceFacts } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { LayerScope, LayerVerdict, PolicyLayer, PolicyVerdict } from '../model/policy.ts';
import { shortenHome } from '../terminal/clean.ts';
import { acceptedRow, environmentBlocks, listAccepted, targetRow } from './accepted.ts';
import { repeatAsTyped } from './repeat.ts';
import { chooseHeadline, describeKind, findRecommended, foundRow, interpreterRow } from './rows.ts';

const CODE = 'venv-required';
/** More would push the way out off the screen. */
const MOST_LAYERS = 2;
const MOST_REASON = 160;

type Judging = Extract<LayerVerdict, { rule: string }>;

const WHOSE = {
  system: 'system policy',
  user: 'your own policy',
  project: 'team policy',
} as const satisfies Record<LayerScope, string>;

/** A policy asks for a virtual environment: refused before pip starts, or advised after it. */
export function describeVenvRequired(
  refused: boolean,
  verdict: PolicyVerdict,
  facts: AdviceFacts,
  command: PipCommand,
): Diagnostic {
  const layers = verdict.layers.filter((layer): layer is Judging => layer.kind !== 'unreadable');
  const severity = refused ? 'error' : 'warning';
  const whose = layers[0] === undefined ? 'policy' : WHOSE[layers[0].layer.scope];
  const demand = `allows \`pip ${command.subcommand ?? 'install'}\` only in an environment`;
  const recommended = findRecommended(facts);
  const environment = facts.interpreter?.environment;
  const accepted = listAccepted(layers.map(({ layer }) => layer));
  return {
    severity,
    code: CODE,
    headline: refused
      ? chooseHeadline(severity, CODE, `${whose} ${demand}`, `policy ${demand}`)
      : `${whose} asks for a virtual environment`,
    facts: [
      { label: 'command', text: repeatAsTyped(command, facts.caller.shell).text },
      ...interpreterRow(facts, environment === undefined ? '' : describeKind(environment)),
      ...targetRow(facts),
      ...layers.slice(0, MOST_LAYERS).map((layer) => policyRow(layer, facts)),
      ...acceptedRow(accepted, environment),
      ...reasonRow(layers.map(({ layer }) => layer)),
      ...(accepted.includes('venv') ? foundRow(recommended, facts) : []),
      { label: 'result', text: refused ? 'pip was not run, nothing changed' : 'pip was run all the same' },
    ],
    blocks: environmentBlocks(accepted, recommended, facts, command),
  };
}

function policyRow({ layer, rule, line }: Judging, { caller }: AdviceFacts): FactRow {
  const place = `${shortenHome(layer.file, caller.home)}${line === null ? '' : `:${line}`}`;
  return { label: 'policy', text: `${place}  ${rule} = "${layer.rules.requireVirtualEnvironment.value}"` };
}

function reasonRow(layers: readonly PolicyLayer[]): readonly FactRow[] {
  const rules = layers.find(({ rules: { reason, contact } }) => reason !== null || contact !== null)?.rules;
  if (rules === undefined) return [];
  const reason = rules.reason?.replace(/\s+/g, ' ').trim() ?? '';
  const ended = reason === '' || /[.!?]$/.test(reason) ? reason : `${reason}.`;
  const contact = rules.contact === null ? '' : `Ask ${rules.contact.trim()} before an exception.`;
  const text = [ended, contact].filter((part) => part !== '').join(' ');
  if (text === '') return [];
  return [{ label: 'reason', text: `"${text.length > MOST_REASON ? `${text.slice(0, MOST_REASON)}...` : text}"` }];
}
