import { accessSync, constants, existsSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { holdsShadowingModule } from '../../diagnostics/shared/shadowing-modules.ts';
import { startModule } from '../../pip/module-command.ts';
import { readProfile } from '../setup/files/startup-file.ts';
import { findShownObstacle, findStateObstacle } from '../../host/files/state-folder.ts';
import { findExposedInside, findExposure } from '../../host/files/ownership.ts';
import { findProjectEnvironments } from '../../interpreter/project/project.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { describeStateObstacle } from '../../messages/trust-messages.ts';
import { describeExposure } from '../exposure-messages.ts';
import { SYSTEM_PREFIX } from '../setup/locations.ts';
import { choosePrintedShell } from '../which/printed-shell.ts';
import type { Finding } from './finding.ts';
import type { Manifest } from '../setup/plan/manifest.ts';
import { removeBlock } from '../setup/startup-files/marked-block.ts';
import { findStateFolder } from '../../util/state-location.ts';

/** Whether everything that setup wrote is still there; nothing for a copy that was not set up. */
export function checkInstallation(manifest: Manifest | null, prefix: string): readonly Finding[] {
  const subject = 'pipward';
  if (manifest === null) {
    return [
      { subject, state: 'note', text: `this copy, in ${prefix}, was not installed by setup`, fix: 'pipward setup' },
    ];
  }
  const exposure = prefix === SYSTEM_PREFIX ? (findExposure(prefix) ?? findExposedInside(prefix)) : null;
  const gone = manifest.files.filter(
    (file) => lstatSync(path.join(prefix, file), { throwIfNoEntry: false }) === undefined,
  );
  const bare = manifest.profiles.filter((record) => !hasBlock(record.path, record.block)).map((record) => record.path);
  const text = `version ${manifest.version} in ${prefix}`;
  const cut = gone.length === 0 ? listDamaged(path.join(prefix, 'dist')) : [];
  const fault = gone.length > 0 ? `${gone.join(', ')} missing` : `${cut.join(', ')} damaged`;
  return [
    gone.length + cut.length === 0
      ? { subject, state: 'ok', text, fix: null }
      : {
          subject,
          state: 'wrong',
          text: `${text}: ${fault}`,
          fix: path.sep === '\\' ? 'install.ps1, from an archive' : './install.sh, from a clone or a package',
        },
    ...(exposure === null
      ? []
      : [
          {
            subject,
            state: 'wrong' as const,
            text: `${describeExposure(exposure)}, but it is run by all users`,
            fix: 'as root, look at what is in it, then take it away from other users (chown, chmod go-w)',
          },
        ]),
    ...bare.map((file): Finding => ({
      subject: 'startup files',
      state: 'wrong',
      text: `${file} has lost its pipward block`,
      fix: 'pipward setup',
    })),
  ];
}

const OWN_STATE = 'set HOME, or XDG_STATE_HOME, to a folder of your own that only you can write';

/** The programs of a call end with the build that they are of (build.mjs). */
const PARTS = ['call', 'watch', 'reporter', 'recorder', 'attend'].map((name) => `${name}.cjs`);
const MARK = /\n(\/\/[\da-f]+)\n$/;

/** Returns those that are cut off, or of another build than most. */
function listDamaged(dist: string): readonly string[] {
  const parts = PARTS.filter((name) => existsSync(path.join(dist, name)));
  const marks = parts.map((name) => MARK.exec(readFileSync(path.join(dist, name), 'latin1'))?.[1] ?? '');
  const count = (mark: string) => marks.filter((each) => each === mark).length;
  const usual = marks.toSorted((one, other) => count(other) - count(one)).find((mark) => mark !== '');
  return parts.filter((_, index) => marks[index] !== usual).map((name) => `dist/${name}`);
}

/** Where we remember what was shown and which environments are trusted: it must be the user's own. */
export function checkState(context: CallContext): readonly Finding[] {
  const { home } = context;
  const subject = 'state';
  const folder = findStateFolder(context);
  if (folder === null) {
    return [{ subject, state: 'note', text: 'no home directory: every message is shown in full', fix: 'set HOME' }];
  }
  const obstacle = findStateObstacle(folder, home) ?? findShownObstacle(folder);
  if (obstacle !== null) {
    const isInside = obstacle.path.startsWith(folder);
    const text = `${describeStateObstacle(obstacle)}: every message is shown in full, and trust cannot be recorded`;
    const fix = isInside
      ? joinCommand(['rm', '-r', obstacle.path], 'posix')
      : obstacle.kind === 'others-write'
        ? joinCommand(['chmod', 'go-w', obstacle.path], 'posix')
        : OWN_STATE;
    return [{ subject, state: isInside ? 'wrong' : 'note', text, fix }];
  }
  let nearest = folder;
  while (!existsSync(nearest) && nearest !== path.dirname(nearest)) nearest = path.dirname(nearest);
  if (!isWritable(nearest)) {
    const text = `${nearest} cannot be written: every message is shown in full`;
    // Another user's, or on a file system that is read-only, chmod changes nothing.
    const status = context.files.status(nearest);
    const isClosed = status?.owner === context.userId && (status.mode & 0o200) === 0;
    const fix = isClosed ? joinCommand(['chmod', 'u+rwx', nearest], 'posix') : OWN_STATE;
    return [{ subject, state: 'note', text, fix }];
  }
  return [{ subject, state: 'ok', text: `what pipward remembers is in ${folder}`, fix: null }];
}

/** Environments near the current directory whose Python is gone. */
export function checkEnvironments(context: CallContext): readonly Finding[] {
  const names = findEnvironmentNames(findPolicyLayers(context));
  return findProjectEnvironments(context, names)
    .filter(({ issues }) => issues.includes('broken'))
    .map(({ prefix }) => ({
      subject: 'environment',
      state: 'wrong',
      text: `${prefix} is broken: its Python is gone or does not run${context.env['VIRTUAL_ENV'] === prefix ? '; VIRTUAL_ENV names it' : ''}`,
      fix: rebuildCommand(prefix, context),
    }));
}

/** Returns the commands that recreate an environment whose Python is gone; another Python can still list its packages. */
export function rebuildCommand(prefix: string, context: CallContext): string {
  const { files } = context;
  const python = { word: 'python3', version: null, isEnvironment: false };
  const isShadowed = holdsShadowingModule(context);
  const shell = choosePrintedShell(context);
  const rebuild = joinCommand([...startModule(python, 'venv', isShadowed), '--clear', prefix], shell);
  const libraries = files
    .list(path.join(prefix, 'lib'))
    .map((name) => path.join(prefix, 'lib', name, 'site-packages'))
    .filter((library) => files.list(library).some((name) => name.endsWith('.dist-info')));
  if (libraries.length === 0) return rebuild;
  const options = libraries.flatMap((library) => ['--path', library]);
  return `${joinCommand([...startModule(python, 'pip', isShadowed), 'freeze', ...options], shell)} >packages.txt${shell === 'powershell' ? ';' : ' &&'} ${rebuild}`;
}

function hasBlock(file: string, block: string): boolean {
  const profile = readProfile(file);
  // What cannot be read or written is not ours to judge.
  return (
    profile.kind === 'unusable' || (profile.kind === 'file' && removeBlock(profile.bytes, block).kind === 'changed')
  );
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
