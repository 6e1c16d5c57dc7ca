import type { TreeEntry } from '../../tree.ts';
import { add, join, repeat, type Draft } from './draft.ts';

const LEVEL_RULES = [
  'require-virtual-environment',
  'project-environment-only',
  'forbid-user-install',
  'forbid-break-system-packages',
  'forbid-root',
];
const FROM = ['2026-01-01', '2026-11-24', '2027-01-15'];
const MISTAKES = [
  'requires-virtualenv = true',
  'forbid-root = "yes"',
  'accept = "venv"',
  'reason = 3',
  'minimum-pip = "new"',
  'requires-python = ">>3"',
  'exempt = ["never"]',
  'allow-bypass = "yes"',
  'forbid-root = { level = "advise", from = 2027-01-15 }',
];

/** Policy files of every layer, and the settings of the user's and the system's. */
export function addPolicies(draft: Draft): void {
  const { random, isWindows, home } = draft;
  const data = draft.env['ProgramData'] ?? 'C:\\ProgramData';
  const system = isWindows ? join(draft, data, 'pipward', 'policy.toml') : '/etc/pipward/policy.toml';
  const config = isWindows ? join(draft, home, 'AppData', 'Roaming') : join(draft, home, '.config');
  const user = join(draft, config, 'pipward', 'config.toml');
  if (draft.isProjectReady && random.chance(0.4)) {
    const file = random.pick([system, user, join(draft, draft.project, 'pipward.toml')]);
    add(draft, { [file]: sendToProject(draft) });
    if (!isWindows) add(draft, { '/etc/pipward': { directory: true, owner: 0 } });
    return;
  }
  if (random.chance(0.3)) {
    add(draft, { [system]: writeFile(draft, writePolicy(draft, '[policy]') + writeSettings(draft)) });
    // Else the file counts as the user's.
    if (!isWindows && random.chance(0.8)) add(draft, { '/etc/pipward': { directory: true, owner: 0 } });
  }
  if (random.chance(draft.isProjectReady ? 0.9 : 0.5)) {
    add(draft, {
      [user]: writeFile(draft, (random.chance(0.5) ? writePolicy(draft, '[policy]') : '') + writeSettings(draft)),
    });
  }
  const folders = [
    draft.project,
    draft.project,
    join(draft, draft.project, 'src'),
    join(draft, home, 'code'),
    home,
    draft.other,
  ];
  for (const folder of new Set(random.sample(folders, random.pick([0, 1, 1, 1, 2, 3])))) {
    if (random.chance(0.7))
      add(draft, { [join(draft, folder, 'pipward.toml')]: writeFile(draft, writePolicy(draft, '[policy]')) });
    else
      add(draft, {
        [join(draft, folder, 'pyproject.toml')]: writeFile(
          draft,
          `[project]\nname = "api"\n${writePolicy(draft, '[tool.pipward.policy]')}`,
        ),
      });
  }
}

/** One rule that the project's environment keeps, and what becomes of its refusal. */
function sendToProject({ random }: Draft): string {
  const rule = random.pick(['require-virtual-environment', 'require-virtual-environment', 'project-environment-only']);
  const use = random.pick(['use-project-environment', 'use-project-environment', 'offer', 'offer', 'refuse']);
  return `[policy]\n${rule} = "enforce"\non-refusal = "${use}"\n`;
}

/** The text as a file, seldom one that cannot be read as what it is. */
function writeFile({ random, userId }: Draft, text: string): TreeEntry {
  const other: readonly TreeEntry[] = [
    { unreadable: 'permission' },
    { unreadable: 'not-utf-8' },
    { unreadable: 'not-a-file' },
    { unreadable: 'failed' },
    { unreadable: 'too-large' },
    { link: '/nowhere/policy.toml' },
    { text, owner: 1001 },
    { text, owner: userId ?? 1000, mode: 0o666 },
    `\uFEFF${text}`,
    `${text}\n[broken\n`,
    text.replaceAll('\n', '\r\n'),
  ];
  return random.chance(0.05) ? random.pick(other) : text;
}

function writePolicy({ random, isProjectReady }: Draft, header: string): string {
  const lines: string[] = [];
  // Each file is about a few rules, so that one alone often decides.
  for (const rule of random.sample(LEVEL_RULES, random.pick([0, 1, 1, 2, 3]))) {
    const level = random.pick(['enforce', 'enforce', 'enforce', 'advise', 'advise', 'off']);
    const table =
      level === 'enforce' && random.chance(0.3) ? `{ level = "enforce", from = ${random.pick(FROM)} }` : `"${level}"`;
    lines.push(`${rule} = ${table}`);
  }
  if (random.chance(0.15)) lines.push(`minimum-pip = ${valued(random.pick(['20.3', '23.1', '26', '99']))}`);
  if (random.chance(0.15))
    lines.push(`requires-python = ${valued(random.pick(['>=3.10', '>=3.8, !=3.12.1, <3.13', '~=3.9', '==2.7.*']))}`);
  if (random.chance(0.3))
    lines.push(
      `accept = [${random.pick(['"venv"', '"venv", "conda"', '"conda-base"', '"venv", "conda", "conda-base"', ''])}]`,
    );
  if (random.chance(0.35))
    lines.push(
      `exempt = [${random.pick(['"ci"', '"container"', '"container"', '"container", "ci"', '"target"', '"ci", "target"', ''])}]`,
    );
  if (random.chance(0.2))
    lines.push(`exempt-packages = [${random.pick(['"flask"', '"pipx", "uv"', '"Flask_SQLAlchemy", "flask"'])}]`);
  if (random.chance(0.25)) lines.push(`allow-bypass = "${random.pick(['with-reason', 'never'])}"`);
  if (random.chance(isProjectReady ? 0.8 : 0.4))
    lines.push(
      `on-refusal = "${random.pick(['use-project-environment', 'use-project-environment', 'offer', 'offer', 'refuse'])}"`,
    );
  if (random.chance(0.3))
    lines.push(
      `reason = "${random.pick(['packages of the system stay as they are', 'see wiki\\nline two', 'ü 100%'])}"`,
    );
  if (random.chance(0.3)) lines.push('contact = "platform@example.com"');
  if (random.chance(0.03)) lines.push(random.pick(MISTAKES));
  return `${random.chance(0.3) ? '# ours\n\n' : ''}${header}\n${random.sample(lines, lines.length).join('\n')}\n`;

  function valued(value: string): string {
    const table = [
      `{ value = "${value}", level = "advise" }`,
      `{ value = "${value}", level = "enforce", from = ${random.pick(FROM)} }`,
    ];
    return random.pick([...repeat(`"${value}"`, 3), ...table]);
  }
}

function writeSettings(draft: Draft): string {
  const { random } = draft;
  const use = random.chance(0.6)
    ? `project-environment = "${random.pick(['use', 'use', 'use', 'advise', 'ignore'])}"\n`
    : '';
  const names = random.chance(0.1) ? `environment-names = [${random.pick(['"env"', '".venv", "env", "venv"'])}]\n` : '';
  const found = draft.pythons.length === 0 ? null : random.pick(draft.pythons).executable;
  const python = random.chance(0.12) ? `python = ${JSON.stringify(found ?? '/opt/gone/bin/python3')}\n` : '';
  const advice = random.chance(0.2) ? `[advice]\nform = "${random.pick(['full', 'short', 'off'])}"\n` : '';
  return `[resolve]\n${use}${names}${python}${advice}`;
}
