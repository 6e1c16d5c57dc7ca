import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Need, TrialPlace } from '../../model/trial.ts';
import { unsetCommand } from '../../terminal/activation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import {
  aptInstall,
  aptStep,
  createCommands,
  IMAGE_PREFIX,
  isImageBuild,
  newEnvironmentNeed,
  noteBlock,
  readyBlock,
  scriptRow,
  startResolved,
} from '../shared/fixes.ts';
import { hasSeen, type EndedRun } from '../cause/ended-run.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { choosesSources, repeatInEnvironment } from '../shared/rewrite-command.ts';
import { chooseHeadline, findRecommended, foundRow, interpreterRow } from '../shared/fact-rows.ts';

const CODE = 'externally-managed';

export const externallyManaged = defineDiagnostic({
  code: CODE,
  title: 'pip refused: another tool manages this Python',
  asksInterpreter: true,
  ...NO_OWN_FACTS,
  describe,
});

export function findExternallyManaged(run: EndedRun): ExternallyManaged | null {
  return run.status === 1 && hasSeen(run, CODE) ? { code: CODE } : null;
}

type ExternallyManaged = { readonly code: typeof CODE };

/** pip refused because of PEP 668. --break-system-packages is never the first way out. */
function describe(_: ExternallyManaged, facts: CallFacts, command: PipCommand): Diagnostic {
  const environment = facts.interpreter?.environment;
  const marker = facts.report?.managedMarker ?? (environment?.kind === 'base' ? environment.managedMarker : null);
  const owner = findOwner(marker, facts);
  const subject = owner === null ? 'another tool manages this Python' : `${owner} manages this Python`;
  const isRemoval = command.subcommand === 'uninstall';
  const recommended = findRecommended(facts);
  return {
    severity: 'advice',
    code: CODE,
    headline: isRemoval
      ? chooseHeadline(
          'advice',
          CODE,
          `${subject}; pip may not remove from it`,
          `${subject}; pip may not change it`,
          subject,
        )
      : chooseHeadline(
          'advice',
          CODE,
          `${subject}; use a virtual environment`,
          `${subject}; use an environment`,
          `${subject}; use a venv`,
        ),
    facts: [
      ...interpreterRow(facts),
      ...(marker === null ? [] : [{ label: 'marked by', text: shortenHome(marker, facts.caller.home) }]),
      ...scriptRow(facts),
      ...(isRemoval && recommended === null ? [] : foundRow(recommended, facts)),
      { label: 'result', text: `pip refused, nothing was ${isRemoval ? 'removed' : 'installed'}` },
    ],
    blocks: [
      ...(isRemoval && recommended === null
        ? [findCopyCheck(owner, facts, command)]
        : [
            isImageBuild(facts) && recommended === null
              ? imageFix(facts, command)
              : environmentFix(recommended, facts, command),
          ]),
      ...(isRemoval ? [] : applicationBlock(facts, command)),
      noteBlock(
        owner === null
          ? '--break-system-packages can break system programs that need this Python'
          : `--break-system-packages can break programs that ${owner} installed`,
      ),
    ],
  };
}

/** Who put the marker there, as far as its path tells; null if it does not. */
function findOwner(marker: string | null, { tools, interpreter }: CallFacts): string | null {
  const place = `${marker ?? ''}\n${interpreter?.realPath ?? ''}`;
  if (/[/\\]uv[/\\](?:data[/\\])?python[/\\]/.test(place)) return 'uv';
  if (/[/\\]msys(?:2|64|32)?[/\\]/i.test(place)) return 'MSYS2';
  if (/^\/nix\/store\//m.test(place)) return 'Nix';
  if (/\/(?:Cellar|homebrew|linuxbrew)\//.test(place)) return 'Homebrew';
  if (!/^\/usr\/lib(?:64)?\//.test(marker ?? '')) return null;
  return tools.apt ? 'apt' : 'the system';
}

function imageFix(facts: CallFacts, command: PipCommand): Block {
  const repeated = repeatInEnvironment(command, facts.caller.shell, [`${IMAGE_PREFIX}/bin/pip`]);
  const made = createCommands(IMAGE_PREFIX, facts);
  return {
    kind: 'fix',
    title: 'in a container, create a separate environment and call its pip by path',
    commands: [...made.commands, repeated.text],
    applicability: repeated.applicability,
    needs: [...made.needs, ...newEnvironmentNeed(IMAGE_PREFIX, repeated.arguments, facts)],
  };
}

/** It is unknown whether apt or an earlier pip put the package there: look first. */
export function findCopyCheck(owner: string | null, facts: CallFacts, command: PipCommand): Block {
  const names = command.words.filter((word) => /^[\w.-]+$/.test(word) && !word.startsWith('-'));
  const { interpreter, caller } = facts;
  const start = startResolved(
    'pip',
    facts,
    interpreter?.executable ?? (facts.platform === 'win32' ? 'python' : 'python3'),
  );
  const title =
    owner === 'apt' || owner === 'Homebrew'
      ? `see where it is; what ${owner} installed, ${owner} removes`
      : 'see where it is, and remove it with what installed it';
  if (names.length > 0) {
    return readyBlock('check', title, joinCommand([...start, 'show', ...names], caller.shell));
  }
  return readyBlock('check', title, joinCommand([...start, 'list', '-v'], caller.shell));
}

/** Popular names that are imported, not run: pipx is no way to them. */
const LIBRARIES =
  ' aiohttp attrs beautifulsoup4 boto3 certifi cryptography django fastapi flask keras lxml matplotlib mypy-extensions ' +
  'numpy opencv-python openai packaging pandas pillow pip protobuf psycopg2 psycopg2-binary pydantic pygame pyserial ' +
  'python-dateutil pytz pyyaml redis requests rich scikit-learn scipy selenium setuptools six sqlalchemy tensorflow ' +
  'torch torchvision tqdm transformers typing-extensions urllib3 wheel ';

function findPipxInstall(facts: CallFacts): string | null {
  const marker = facts.report?.managedMarker ?? null;
  const owner = findOwner(marker, facts);
  if (owner === 'apt') return aptInstall(facts, 'pipx');
  return owner === 'Homebrew' ? 'brew install pipx' : null;
}

/** One plain name may be a program: then pipx, if it is there, is the better way. */
function applicationBlock(facts: CallFacts, command: PipCommand): readonly Block[] {
  const { tools, caller } = facts;
  const [name, ...others] = command.words;
  const isPlain =
    name !== undefined && others.length === 0 && /^[A-Za-z0-9][\w.-]*$/.test(name) && !name.endsWith('.txt');
  const hasMore = command.requirementFiles.length > 0 || command.editables.length > 0;
  // pipx starts `python -m venv` in the current directory.
  if (!isPlain || hasMore || caller.script !== null || caller.notebook !== null || facts.isShadowed) return [];
  // pipx would take it from elsewhere.
  if (choosesSources(command)) return [];
  if (LIBRARIES.includes(` ${name.toLowerCase().replaceAll('_', '-')} `) || name.endsWith('.whl')) return [];
  const title = 'if it is a program and not a library, install it with pipx';
  const home: Need = { kind: 'home' };
  const obstacle = facts.findObstacle(pipOfPipx(name, facts));
  // pip obeys its settings there, too: a variable can be left out, a line in pip.conf is for the user to look at.
  if (obstacle?.kind === 'setting' && obstacle.origin.kind !== 'variable') return [];
  const unset =
    obstacle?.kind === 'setting' && obstacle.origin.kind === 'variable'
      ? [unsetCommand(obstacle.origin.name, caller.shell)]
      : [];
  const use = [...unset, `pipx install ${name}`];
  if (tools.pipx !== null) return [{ ...readyBlock('once', title, ...use), needs: [home] }];
  const install = findPipxInstall(facts);
  if (install === null || isImageBuild(facts)) return [];
  const needs: readonly Need[] = [...(install === aptInstall(facts, 'pipx') ? aptStep(facts, 'pipx').needs : []), home];
  return [{ ...readyBlock('once', title, install, ...use), needs }];
}

/** pipx makes an environment in the home directory, and its pip installs there. */
function pipOfPipx(name: string, { interpreter, project, caller }: CallFacts): Need {
  const prefix = project.homePlace ?? caller.home ?? '';
  const place: TrialPlace =
    interpreter === null ? { kind: 'environment', prefix } : { kind: 'new-environment', prefix, base: interpreter };
  return { kind: 'pip', arguments: ['install', name], place };
}
