import path from 'node:path';
import { listStartFiles } from '../../interpreter/inspect/startup-files.ts';
import { followName } from '../../interpreter/project/environment-file.ts';
import { findTrustIssue } from '../../interpreter/discovery/project-environment.ts';
import { findTrustFile, readTrustStore } from '../../interpreter/trust/trust-store.ts';
import type { LocatedIssue } from '../../interpreter/trust/trust-issues.ts';
import type { TrustRecord } from '../../interpreter/trust/trust-record.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { userFile } from '../../policy/file/policy-locations.ts';
import { findEnvironmentNames, readProjectEnvironmentUse } from '../../decision/settings.ts';
import { fromDirectory } from '../../terminal/activation.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { describeSkip } from '../../messages/render-trace.ts';
import { describeStoreIssue } from '../../messages/trust-messages.ts';
import type { AdminCommand } from '../command.ts';
import { complain, say } from '../output.ts';
import {
  chooseName,
  describeIssues,
  describeHomeEnvironment,
  describeUnusable,
  findCallerShell,
  findInHome,
  findNamed,
  isHome,
  listFoundHere,
  captureHere,
  recordTrust,
} from './project-environments.ts';
import { UsageError } from '../usage-error.ts';

export const trustCommand: AdminCommand = {
  usage: 'trust [dir]',
  summary: 'Check an environment and record that you trust it',
  note: 'Trust alone changes nothing. Without activation, pip uses a trusted environment if `project-environment = "use"` is in your config.toml or in the machine\'s policy, or if `on-refusal` of a policy says so.',
  examples: [
    ['pipward trust', 'trust the nearest .venv'],
    ['pipward trust --list', 'what is trusted, and what no longer is'],
  ],
  words: { dir: { describe: 'folder of the environment, or the folder that has it', type: 'string' } },
  options: { list: { describe: 'list what is trusted', type: 'boolean' } },
  run: async (context, given) => {
    if (given.flag('list')) return listTrusted(captureHere(context));
    const callContext = captureHere(context);
    const prefix = findPrefix(given.text('dir'), callContext);
    if (isHome(path.dirname(prefix), callContext)) {
      complain(`pipward: ${describeHomeEnvironment(prefix, callContext)}`);
      return 1;
    }
    const result = await recordTrust(prefix, context);
    switch (result.kind) {
      case 'recorded':
        say(describeRecorded(prefix, result.record, result.file, callContext));
        return 0;
      case 'no-store':
        complain(`pipward: ${cleanText(result.reason)}`);
        return 1;
      case 'has-issues':
        complain(`pipward: ${describeRefusal(prefix, result.issues, callContext)}`);
        return 1;
    }
  },
};

/** The environment that is meant: the named one, or the nearest. Throws UsageError where there is none. */
function findPrefix(given: string | null, callContext: CallContext): string {
  const found =
    given === null ? (listFoundHere(callContext)[0] ?? findInHome(callContext)) : findNamed(given, callContext);
  if (found !== null) return found;
  const place = given === null ? 'from here upward' : `in ${JSON.stringify(given)}`;
  throw new UsageError(`there is no virtual environment ${place}; \`pipward venv\` makes one`);
}

function describeRecorded(prefix: string, record: TrustRecord, file: string, callContext: CallContext): string {
  const { home } = callContext;
  const start = listStartFiles(record.prefix, callContext);
  const rows = [
    ['folder', shortenHome(record.prefix, home)],
    ['python', record.python],
    ...start.map((name, index) => [index === 0 ? 'runs' : '', `${name}, at every start of its python`]),
    ['recorded in', shortenHome(file, home)],
  ];
  const use = readProjectEnvironmentUse(findPolicyLayers(callContext));
  return [
    `trusted: ${cleanText(showPath(prefix, callContext))}`,
    ...rows.map(([label = '', text = '']) => `  ${label.padEnd(11)}  ${cleanText(text)}`),
    ...(!findEnvironmentNames(findPolicyLayers(callContext)).includes(path.basename(prefix))
      ? [
          'pipward does not search for this name: to use it in a project, write its path into a file .venv there, and trust that',
        ]
      : use === 'use'
        ? ['pip uses it from now on where no other environment is active']
        : [
            `\`pipward run -- COMMAND\` works in it. To let pip use it, too, write into ${cleanText(describeUserFile(callContext))}:`,
            '    [resolve]',
            '    project-environment = "use"',
          ]),
  ].join('\n');
}

function describeUserFile(callContext: CallContext): string {
  const file = userFile(callContext);
  return file === null ? 'your configuration' : shortenHome(file, callContext.home);
}

/** Returns why an environment is not trusted and what to do about it. */
export function describeRefusal(prefix: string, issues: readonly LocatedIssue[], callContext: CallContext): string {
  return [
    `${cleanText(showPath(prefix, callContext))} is not trusted:`,
    ...describeIssues(issues, callContext).map((line) => `  - ${line}`),
    ...findWayOut(prefix, issues, callContext),
  ].join('\n');
}

function findWayOut(prefix: string, issues: readonly LocatedIssue[], callContext: CallContext): readonly string[] {
  const { files, userId, platform, cwd } = callContext;
  const shell = findCallerShell(callContext);
  const folder = fromDirectory(prefix, platform, cwd);
  const isOpen = ({ issue, path: place }: LocatedIssue) =>
    issue === 'writable-by-others' && place !== null && files.status(place)?.owner === userId;
  if (issues.every(isOpen)) {
    const open = issues.flatMap(({ path: place }) => (place === null ? [] : [fromDirectory(place, platform, cwd)]));
    return [
      'fix: if no other user has written to it, remove their write permission',
      `    ${joinCommand(['chmod', 'go-w', ...open], shell)}`,
      `    ${joinCommand(['pipward', 'trust', folder], shell)}`,
    ];
  }
  const folderItself = followName(prefix, callContext) ?? prefix;
  const real = files.realPath(folderItself) ?? folderItself;
  const isAbove = ({ path: place }: LocatedIssue) =>
    place !== null && [prefix, real].some((each) => each.startsWith(`${place}/`));
  if (issues.some((issue) => isAbove(issue) && !isOpen(issue))) {
    return ['fix: work in a folder that only you and root can change'];
  }
  const parent = path.dirname(prefix);
  const fresh = path.join(parent, chooseName(parent, callContext));
  return [
    'fix: make an environment of your own',
    `    ${joinCommand(['pipward', 'venv', fromDirectory(fresh, platform, cwd)], shell)}`,
  ];
}

function listTrusted(callContext: CallContext): number {
  const store = readTrustStore(callContext, null);
  const file = findTrustFile(callContext);
  if (store.kind === 'unusable') {
    complain(`pipward: ${cleanText(describeUnusable(describeStoreIssue(store.issue), file))}`);
    return 1;
  }
  // Not on stdout, where each line is an environment.
  if (store.records.length === 0) complain('no environment is trusted');
  for (const { prefix, places } of store.records) {
    const issue =
      callContext.files.status(prefix) === null
        ? ({ reason: 'missing', detail: null } as const)
        : findTrustIssue(places[0] ?? prefix, prefix, callContext);
    const others = places.filter((place) => place !== prefix).map((place) => `  (as ${place})`);
    const state = issue === null ? '' : `  (${describeSkip(issue.reason, issue.detail)})`;
    say(cleanText(`${prefix}${others.join('')}${state}`));
  }
  return 0;
}

/** A path for people: relative where it is below the current directory. */
export function showPath(target: string, { cwd, home, platform }: CallContext): string {
  const relative = fromDirectory(target, platform, cwd);
  return path.isAbsolute(relative) ? shortenHome(target, home) : relative;
}
