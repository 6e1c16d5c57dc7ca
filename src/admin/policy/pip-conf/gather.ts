import path from 'node:path';
import { captureContext } from '../../../host/capture-context.ts';
import type { CallContext } from '../../../model/call-context.ts';
import type { PolicyLayer } from '../../../model/policy.ts';
import { describeProblem } from '../../../policy/describe-problem.ts';
import { findPolicyLayers } from '../../../policy/file/find-layers.ts';
import { systemFile, userFile } from '../../../policy/file/policy-locations.ts';
import { locateKeys } from '../../../policy/file/toml-positions.ts';
import type { AdminContext, CommandArguments } from '../../command.ts';
import { UsageError } from '../../usage-error.ts';
import { requirePlatform } from '../../setup/scope.ts';
import { findRecordFolder, findSystemConf, findUserConf, type ConfScope } from './locate.ts';
import { readRecord, type ApplyRecord } from './record.ts';
import { translatePolicies, type Translation } from './translate.ts';

/** What `apply`, `verify` and `revert` begin with. */
export type Gathered = {
  readonly scope: ConfScope;
  readonly context: CallContext;
  /** The pip.conf: that of the record, if there is one. */
  readonly file: string;
  /** The folder of the record. */
  readonly folder: string;
  readonly record: ApplyRecord | null;
  readonly layers: readonly PolicyLayer[];
  readonly translation: Translation;
  /** Where a policy would be looked for. */
  readonly policyFiles: readonly string[];
};

/** Returns --system or --user; by default root writes for all users, and everyone else for themselves. Throws UsageError for both. */
export function readConfScope(given: CommandArguments): ConfScope {
  if (given.flag('system') && given.flag('user')) throw new UsageError('--system and --user exclude each other');
  if (given.flag('system')) return 'system';
  return given.flag('user') || process.geteuid?.() !== 0 ? 'user' : 'system';
}

export function gather(admin: AdminContext, scope: ConfScope): Gathered {
  requirePlatform(admin);
  const context = captureContext(
    'pip',
    [],
    admin.env,
    path.join(path.dirname(admin.programDirectory), 'shims'),
    admin.windows,
  );
  const folder = findRecordFolder(scope, context);
  const file = scope === 'system' ? findSystemConf(context) : findUserConf(context);
  if (folder === null || file === null) {
    throw new Error('HOME and XDG_CONFIG_HOME do not lead to a folder: set HOME to your home directory');
  }
  const record = readRecord(folder, scope);
  // A project's file counts in its project alone, and pip.conf everywhere.
  const all = findPolicyLayers({ ...context, cwd: null });
  const system = systemFile(context);
  const layers = scope === 'system' ? all.filter((layer) => layer.file === system) : all;
  const own = userFile(context);
  return {
    scope,
    context,
    file: record?.file ?? file,
    folder,
    record,
    layers,
    translation: refuseWeak(scope, layers) ?? translatePolicies(layers, context.today, createFinder(context)),
    policyFiles: scope === 'system' || own === null ? [system] : [own, system],
  };
}

/** A file that others than root can change must not become a rule for all users. */
function refuseWeak(scope: ConfScope, layers: readonly PolicyLayer[]): Translation | null {
  const weak = scope === 'system' ? layers.filter((layer) => layer.scope !== 'system') : [];
  if (weak.length === 0) return null;
  const refusals = weak.map(({ file, warnings }) => {
    const [warning] = warnings.map((each) => describeProblem(each).message);
    const fix = 'chown root it and its folder, and take the write permission of others away';
    return { file, line: null, key: 'file', message: warning ?? "it is not the system's", fix };
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
