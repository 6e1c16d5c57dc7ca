import path from 'node:path';
import { captureContext } from '../../../host/capture-context.ts';
import type { CallContext, Platform } from '../../../model/call-context.ts';
import type { PolicyLayer } from '../../../model/policy.ts';
import { describeProblem } from '../../../policy/describe-problem.ts';
import { findPolicyLayers } from '../../../policy/file/find-layers.ts';
import { systemFile, userFile } from '../../../policy/file/policy-locations.ts';
import { locateKeys } from '../../../policy/file/toml-positions.ts';
import type { AdminContext, CommandArguments } from '../../command.ts';
import { UsageError } from '../../usage-error.ts';
import { openHelper } from '../../setup/windows/helper.ts';
import { createUnixAccess, type ConfAccess } from './access.ts';
import { findRecordFolder, findSystemConf, findUserConf, withKnownFolders, type ConfScope } from './locate.ts';
import { inWordsOf } from './messages.ts';
import { readRecord, type ApplyRecord } from './record.ts';
import { translatePolicies, type Translation } from './translate.ts';
import { createWindowsAccess } from './windows-access.ts';

/** What `apply`, `verify` and `revert` begin with. */
export type Gathered = {
  readonly scope: ConfScope;
  readonly access: ConfAccess;
  readonly context: CallContext;
  /** The pip.conf (on Windows pip.ini): that of the record, if there is one. */
  readonly file: string;
  /** The folder of the record. */
  readonly folder: string;
  readonly record: ApplyRecord | null;
  readonly layers: readonly PolicyLayer[];
  readonly translation: Translation;
  /** Where a policy would be looked for. */
  readonly policyFiles: readonly string[];
};

/**
 * Returns --system or --user; by default root writes for all users, and everyone else for themselves. (On Windows an administrator
 * works as a user, so that --system is always given.) Throws UsageError for both.
 */
export function readConfScope(given: CommandArguments): ConfScope {
  if (given.flag('system') && given.flag('user')) throw new UsageError('--system and --user exclude each other');
  if (given.flag('system')) return 'system';
  return given.flag('user') || process.geteuid?.() !== 0 ? 'user' : 'system';
}

export function gather(admin: AdminContext, scope: ConfScope): Gathered {
  const shims = path.join(path.dirname(admin.programDirectory), 'shims');
  const context = withKnownFolders(captureContext('pip', [], admin.env, shims, admin.windows));
  const access =
    admin.platform === 'win32'
      ? createWindowsAccess(scope, openHelper(admin.programDirectory))
      : createUnixAccess(scope);
  const folder = findRecordFolder(scope, context);
  const file = scope === 'system' ? findSystemConf(context) : findUserConf(context);
  if (folder === null || file === null) {
    throw new Error(
      admin.platform === 'win32'
        ? 'Windows does not say where application data is, in which pip.ini would be'
        : 'HOME and XDG_CONFIG_HOME do not lead to a folder: set HOME to your home directory',
    );
  }
  const record = readRecord(folder, scope, access);
  // A project's file counts in its project alone, and pip.conf everywhere.
  const all = findPolicyLayers({ ...context, cwd: null });
  const system = systemFile(context);
  const layers = scope === 'system' ? all.filter((layer) => layer.file === system) : all;
  const own = userFile(context);
  return {
    scope,
    access,
    context,
    file: record?.file ?? file,
    folder,
    record,
    layers,
    translation: nameFiles(
      refuseWeak(scope, layers, context.platform) ?? translatePolicies(layers, context.today, createFinder(context)),
      context.platform,
    ),
    policyFiles: scope === 'system' || own === null ? [system] : [own, system],
  };
}

/** Messages say pip.conf; Windows has another name for it. */
function nameFiles(translation: Translation, platform: Platform): Translation {
  const name = (text: string) => inWordsOf(platform, text);
  return {
    ...translation,
    refusals: translation.refusals.map((each) => ({ ...each, message: name(each.message), fix: name(each.fix) })),
    notes: translation.notes.map((each) => ({ ...each, message: name(each.message) })),
  };
}

/** A file that others than root can change must not become a rule for all users. */
function refuseWeak(scope: ConfScope, layers: readonly PolicyLayer[], platform: Platform): Translation | null {
  const weak = scope === 'system' ? layers.filter((layer) => layer.scope !== 'system') : [];
  if (weak.length === 0) return null;
  const refusals = weak.map(({ file, warnings }) => {
    const [warning] = warnings.map((each) => describeProblem(each).message);
    const fix =
      platform === 'win32'
        ? 'have only administrators own and write it and its folder (icacls)'
        : 'chown root it and its folder, and take the write permission of others away';
    return { file, line: null, key: 'file', message: warning ?? "it is not the machine's", fix };
  });
  return { lines: [], refusals, notes: [] };
}

function createFinder({ files }: CallContext) {
  return (file: string, key: string): number | null => {
    const read = files.readText(file);
    try {
      return read.kind === 'text' ? locateKeys(read.text, ['policy'])(['policy', key]) : null;
    } catch {
      return null;
    }
  };
}
