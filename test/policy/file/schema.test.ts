import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../../src/policy/describe-problem.ts';
import { parsePolicyFile } from '../../../src/policy/file/parse-policy-file.ts';
import { createJsonSchema, describeShape, MEANINGS } from '../../../src/policy/file/json-schema.ts';
import { findTable, SCHEMA, type KeySchema } from '../../../src/policy/file/schema.ts';

const keys = Object.entries(SCHEMA).flatMap(([table, { keys: known }]) =>
  Object.entries<KeySchema>(known).map(([key, schema]) => ({ name: `${table}.${key}`, schema })),
);

describe('SCHEMA', () => {
  test('this release has these keys', () => {
    expect(keys.map(({ name }) => name)).toEqual([
      'policy.required-version',
      'policy.require-virtual-environment',
      'policy.project-environment-only',
      'policy.forbid-user-install',
      'policy.forbid-break-system-packages',
      'policy.forbid-root',
      'policy.minimum-pip',
      'policy.requires-python',
      'policy.accept',
      'policy.exempt',
      'policy.exempt-packages',
      'policy.allow-bypass',
      'policy.on-refusal',
      'policy.reason',
      'policy.contact',
      'resolve.python',
      'resolve.project-environment',
      'resolve.environment-names',
      'advice.form',
      'audit.log',
    ]);
  });

  test.each(keys)('$name is read: a value that no key can have is a problem', ({ name }) => {
    const layer = parsePolicyFile({ scope: 'user', file: '/c.toml', text: `${name} = -1`, kind: 'pipward-toml' });
    expect(layer?.problems.map(describeProblem)).toMatchObject([
      { key: name, line: 1, message: expect.stringContaining('not -1') },
    ]);
  });

  test.each(keys)('$name has a JSON Schema and a meaning in one line', ({ name, schema }) => {
    const written = describeShape(schema.shape);
    expect(JSON.parse(JSON.stringify(written))).toEqual(written);
    expect(Object.keys(written).length).toBeGreaterThan(0);
    expect(MEANINGS[name]).toMatch(/^[A-Z][^\n]{10,80}[^.\n]$/);
  });

  test('docs/policy.schema.json matches the output of `node dist/admin.cjs policy schema`', () => {
    const shipped = readFileSync(path.join(import.meta.dirname, '../../../docs/policy.schema.json'), 'utf8');
    expect(JSON.parse(shipped)).toEqual(createJsonSchema());
  });

  // The patterns are what an editor checks by; they must say what the reading says.
  test.each([
    ['python', '/opt/python', true],
    ['python', 'C:\\python.exe', true],
    ['python', '\\\\server\\python.exe', true],
    ['python', 'python', false],
    ['python', '~/python', false],
  ] as const)('pattern of %s: %s %s', (key, value, matches) => {
    expect(new RegExp(String(describeShape(SCHEMA.resolve.keys[key].shape)['pattern'])).test(value)).toBe(matches);
  });

  test.each([
    ['policy', true],
    ['audit', true],
    ['report', false],
    ['constructor', false],
    ['__proto__', false],
    ['toString', false],
  ])('table %s is known: %s', (name, known) => {
    expect(findTable(name) !== null).toBe(known);
  });
});
