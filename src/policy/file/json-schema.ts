import { leastVersion, LEVELS, NAME_PATTERN, packageNames, specifierText, versionText } from './rule-validators.ts';
import { SCHEMA, type KeySchema, type TableSchema } from './schema.ts';
import { absolutePath, plainNames, type Form, type Shape } from './validators.ts';

/** One line on each key, for people and for editors; apart from the checks, since no call needs it. */
export const MEANINGS: Readonly<Record<string, string>> = {
  'policy.required-version': 'The oldest pipward that this file was written for',
  'policy.require-virtual-environment': 'Whether install and uninstall need a virtual environment',
  'policy.project-environment-only': 'Whether the environment must lie in the project that the call is made in',
  'policy.forbid-user-install': "Whether installs into the user site are refused, pip's own fallback too",
  'policy.forbid-break-system-packages': 'Whether --break-system-packages is refused outside of virtual environments',
  'policy.forbid-root': 'Whether root may change packages at all',
  'policy.minimum-pip': 'The oldest pip that may be used',
  'policy.requires-python': 'The Pythons that may be installed for',
  'policy.accept': 'What counts as a virtual environment',
  'policy.exempt': 'Where this file does not judge; target is --target, --prefix, --root',
  'policy.exempt-packages': 'Packages that may be installed anywhere, if nothing else is',
  'policy.allow-bypass': 'Whether PIPWARD_BYPASS overrides rules; "never" applies to the rules of all files',
  'policy.on-refusal': "What happens to a refusal that the project's environment would resolve",
  'policy.reason': 'Why, printed with every refusal',
  'policy.contact': 'Whom to ask, printed with every refusal',
  'resolve.python': 'Interpreter to use when no environment is active',
  'resolve.project-environment': 'Whether an environment found upward is used (when trusted), or recommended',
  'resolve.environment-names': 'Folder names that environments are looked for under',
  'advice.form': 'How much advice is printed after pip',
  'audit.log': 'Where calls that break a rule of a policy are recorded',
};

/** Where editors find the schema of the newest release. */
export const SCHEMA_ADDRESS = 'https://raw.githubusercontent.com/pipward/pipward/main/docs/policy.schema.json';

/** Returns the JSON Schema (draft 7, which TOML editors know) of a policy file, made from what the checks are made from. */
export function createJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: SCHEMA_ADDRESS,
    title: 'pipward.toml',
    type: 'object',
    properties: Object.fromEntries(Object.entries<TableSchema>(SCHEMA).map(describeTable)),
    additionalProperties: false,
  };
}

function describeTable([table, { keys, scopes }]: readonly [string, TableSchema]) {
  const properties = Object.fromEntries(
    Object.entries<KeySchema>(keys).map(([key, { shape }]) => [
      key,
      { description: MEANINGS[`${table}.${key}`] ?? '', ...describeShape(shape) },
    ]),
  );
  const where = scopes.includes('project') ? {} : { description: "Read from the machine's and the user's file alone" };
  return [table, { ...where, type: 'object', properties, additionalProperties: false }] as const;
}

type JsonSchema = Readonly<Record<string, unknown>>;

const text = (pattern: string): JsonSchema => ({ type: 'string', pattern });
const texts = (pattern: string): JsonSchema => ({ type: 'array', items: text(pattern) });

/** The shapes that are one of a kind. */
const SINGLE = new Map<Shape<unknown>, JsonSchema>([
  [absolutePath, text('^(/|[A-Za-z]:[\\\\/]|\\\\\\\\)')],
  [plainNames, texts('^(?!\\.{1,2}$)[^/\\\\]+$')],
  [packageNames, texts(NAME_PATTERN)],
  [versionText, text('^v?[0-9]')],
  [leastVersion, text('^\\s*>=\\s*v?[0-9]')],
  [specifierText, text('^\\s*(~=|===?|!=|<=?|>=?)')],
]);

/** Returns the JSON Schema of what a key may hold. */
export function describeShape(shape: Shape<unknown>): JsonSchema {
  return shape.form === undefined ? (SINGLE.get(shape) ?? {}) : describeForm(shape.form);
}

function describeForm(form: Form): JsonSchema {
  switch (form.kind) {
    case 'choice':
      return { enum: form.values };
    case 'choices':
      return { type: 'array', items: { enum: form.values }, minItems: 1 };
    case 'text':
      return { type: 'string', maxLength: form.maximum };
    case 'demand':
      return describeDemand(form.text);
  }
}

function describeDemand(value: Shape<string> | null): JsonSchema {
  const plain = value === null ? { enum: LEVELS } : describeShape(value);
  const properties = {
    level: { enum: LEVELS },
    // TOML has dates of its own; JSON Schema knows them as text.
    from: { type: 'string', format: 'date' },
    ...(value === null ? {} : { value: plain }),
  };
  const required = [value === null ? 'level' : 'value'];
  return { anyOf: [plain, { type: 'object', properties, required, additionalProperties: false }] };
}
