import path from 'node:path';
import { holdsShadowingModule } from '../../diagnostics/shared/shadowing-modules.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { captureContext } from '../../host/capture-context.ts';
import { findInPrefix } from '../../interpreter/discovery/candidate.ts';
import { inspectInterpreter } from '../../interpreter/inspect/inspect.ts';
import { listEnvironments } from '../../interpreter/list-environments.ts';
import { listPythons } from '../../interpreter/list-pythons.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { PolicyLayer } from '../../model/policy.ts';
import { isUnreadable } from '../../policy/evaluate.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import type { AdminContext } from '../command.ts';
import { listOnPath } from '../doctor/check-path.ts';
import { findInstalledRoot, SYSTEM_PREFIX } from '../setup/locations.ts';
import { LINK_FOLDER } from '../setup/links/plan-links.ts';
import { readManifest } from '../setup/plan/manifest.ts';
import { verifyHooks } from '../setup/verify/verify-hook.ts';
import { classifyWays } from './classify.ts';
import { gatherPipFacts, gatherShimFacts, listAskedRules } from './gather-rules.ts';
import { findEnsurepip } from './gather-tools.ts';
import { gatherByPath, gatherWays, listShadowedPips, viewFrom } from './gather-ways.ts';
import type { CoverageRow, PipFacts, RulePlace, Way } from './model.ts';
import { probePlaces, type Place, type PlacesFound } from './probe-places.ts';

export type Coverage = {
  readonly asked: readonly RulePlace[];
  /** Files of the machine or the user that are invalid: what they ask for is not known. */
  readonly unreadable: readonly string[];
  readonly rows: readonly CoverageRow[];
  readonly notes: readonly string[];
};

/** Looks at every way to reach pip on this machine. Starts shells of the user, and nothing else of the user's. */
export async function findCoverage(admin: AdminContext): Promise<Coverage> {
  const prefix = findInstalledRoot(admin);
  const context = captureContext('pip', ['install', 'x'], admin.env, path.join(prefix, 'shims'), admin.windows);
  const layers = findPolicyLayers(context);
  const found = await probePlaces(admin, prefix, context);
  const reached = found.places.map((place) => gatherWays(place, context));
  // What is started by its path may be started from anywhere: it gets no variables of a shell's startup files.
  const bare = viewFrom(found.places.find(({ name }) => name === 'cron') ?? NOWHERE, context);
  const pythons = listInterpreters(
    context,
    reached.flatMap((each) => each.pythons),
  );
  const real = (file: string) => context.files.realPath(file) ?? file;
  const byName = new Set(
    reached.flatMap(({ ways }) => ways.flatMap((way) => (way.path === null ? [] : [real(way.path)]))),
  );
  const shadowed = found.places.flatMap((place) => listShadowedPips(viewFrom(place, context)));
  const ways: readonly Way[] = [
    ...reached.flatMap((each) => each.ways),
    ...(await findActivated(admin, prefix, found, layers, context)),
    // On merged systems /bin is /usr/bin.
    ...[...new Map(shadowed.map((file) => [real(file), file])).values()]
      .filter((file) => !byName.has(real(file)))
      .map((file) => gatherByPath(file, bare, layers)),
    ...pythons
      .filter(({ executable, pip }) => !byName.has(real(executable)) && pip.state !== 'absent')
      .map(({ executable }) => gatherByPath(executable, bare, layers)),
    ...listEnvironments(context, findEnvironmentNames(layers)).flatMap((folder) =>
      describeEnvironment(folder, bare, layers),
    ),
    ...pythons.flatMap((python) => findEnsurepip(python, context) ?? []),
  ];
  const all = [layers, ...found.places.map((place) => findPolicyLayers(viewFrom(place, context)))].flat();
  const asked = listDistinct(listAskedRules(all, context.today));
  const remedy = {
    pipward: choosePipward(prefix, context),
    isRoot: context.userId === 0,
    hasPolicy: asked.length > 0,
    isShadowed: holdsShadowingModule(context),
  };
  const notes = [...found.notes, ...reached.flatMap((each) => each.notes)];
  const unreadable = all.filter((layer) => layer.scope !== 'project' && isUnreadable(layer)).map(({ file }) => file);
  return { asked, unreadable: [...new Set(unreadable)], rows: classifyWays(listOnce(ways), remedy), notes };
}

const NOWHERE: Place = { name: 'any', env: {}, home: '/', isRoot: false, aliases: new Map() };

function listDistinct(rules: readonly RulePlace[]): readonly RulePlace[] {
  return [...new Map(rules.map((rule) => [JSON.stringify([rule.file, rule.rule]), rule])).values()];
}

function listOnce(ways: readonly Way[]): readonly Way[] {
  return [...new Map(ways.map((way) => [JSON.stringify([way.way, way.environment]), way])).values()];
}

/** Every Python that is known here or found in a place, environments left out: they have rows of their own. */
function listInterpreters(context: CallContext, found: readonly Interpreter[]): readonly Interpreter[] {
  const all = [...listPythons(context).map(({ interpreter }) => interpreter), ...found];
  const bases = all.filter(({ environment }) => environment.kind !== 'virtual' && environment.kind !== 'unknown');
  return [...new Map(bases.map((python) => [python.realPath, python])).values()];
}

function describeEnvironment(folder: string, bare: CallContext, layers: readonly PolicyLayer[]): readonly Way[] {
  const { path: executable, problem } = findInPrefix(folder, bare);
  if (executable === null || problem !== null) return [];
  const python = inspectInterpreter(executable, bare);
  if (python.pip.state !== 'present') return [];
  const pip = path.join(path.dirname(executable), 'pip');
  return [{ kind: 'pip', way: pip, environment: 'any', path: pip, pip: gatherPipFacts(python, layers, bare) }];
}

/** `pip` at the prompt of an active environment: its own, or pipward's if setup has put a hook there. */
async function findActivated(
  { env }: AdminContext,
  prefix: string,
  { shell, places }: PlacesFound,
  layers: readonly PolicyLayer[],
  context: CallContext,
): Promise<readonly Way[]> {
  const place = places.find(({ name }) => name === 'interactive' || name === 'login');
  const manifest = readManifest(prefix);
  if (place === undefined || shell === null) return [];
  const view = viewFrom(place, context);
  const [folder] = listEnvironments(context, findEnvironmentNames(layers));
  const found = folder === undefined ? null : findInPrefix(folder, context);
  const file = found?.problem === null ? found.path : null;
  const python = file === null ? null : inspectInterpreter(file, view);
  const facts = gatherPipFacts(python, layers, view);
  const pip = python === null ? expectEnvironment(facts, layers, context.today) : facts;
  const way = { way: 'pip', environment: 'activated', path: null } as const;
  const mode = prefix === SYSTEM_PREFIX ? 'login' : 'interactive';
  const results = manifest?.inEnvironments === true ? await verifyHooks([shell], prefix, env, place.home, [mode]) : [];
  if (!results.some(({ outcome }) => outcome.kind === 'ours')) return [{ kind: 'pip', ...way, pip }];
  const shim = path.join(prefix, 'shims/pip');
  const parts = [shim, path.join(prefix, 'node'), path.join(prefix, 'dist/shim.cjs')];
  return [{ kind: 'shim', ...way, path: shim, shim: gatherShimFacts(parts, layers, view), pip }];
}

/** No environment is there: in one that is made later, pip knows nothing of the rules that hold in environments, too. */
function expectEnvironment(facts: PipFacts, layers: readonly PolicyLayer[], today: string): PipFacts {
  const isRootForbidden = facts.asks.some(({ rule }) => rule === 'forbid-root');
  const asks = listAskedRules(layers, today).filter(
    ({ rule }) => rule === 'requires-python' || rule === 'minimum-pip' || (rule === 'forbid-root' && isRootForbidden),
  );
  return { ...facts, asks, canApply: false, python: { executable: null, kind: 'virtual' } };
}

/** The word that starts this pipward, here and under sudo. */
function choosePipward(prefix: string, context: CallContext) {
  const own = path.join(prefix, 'bin/pipward');
  const isLinked = context.files.status(path.join(LINK_FOLDER, 'pipward'))?.executable === true;
  const isHere = listOnPath(context, 'pipward').length > 0;
  return { here: isHere ? 'pipward' : own, forRoot: isLinked ? 'pipward' : own };
}
