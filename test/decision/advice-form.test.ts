import { expect, test } from 'vitest';
import { asksForFull, chooseAdviceForm } from '../../src/decision/advice-form.ts';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import { noRules, noSettings } from '../../src/policy/file/defaults.ts';
import type { AdviceForm, PolicyLayer } from '../../src/model/policy.ts';

const layer = (scope: PolicyLayer['scope'], adviceForm: AdviceForm): PolicyLayer => ({
  scope,
  file: '/f.toml',
  rules: noRules,
  settings: { ...noSettings, adviceForm },
  problems: [],
  warnings: [],
});

test.each<
  [
    what: string,
    line: string,
    env: Readonly<Record<string, string>>,
    layers: readonly PolicyLayer[],
    form: AdviceForm,
    isAsked: boolean,
  ]
>([
  ['nothing is asked for', 'install x', {}, [], 'full', false],
  ['pip is asked to be quiet', 'install -q x', {}, [], 'short', false],
  ['in CI', 'install x', { CI: 'true' }, [], 'short', false],
  ['full is asked for, and pip to be quiet', 'install -q x', { PIPWARD_ADVICE: 'full' }, [], 'full', true],
  ['full is asked for in CI', 'install x', { CI: 'true', PIPWARD_ADVICE: 'full' }, [], 'full', true],
  ["full by the user's file, in CI", 'install x', { CI: 'true' }, [layer('user', 'full')], 'full', true],
  [
    "the user's file before the system's",
    'install x',
    {},
    [layer('system', 'full'), layer('user', 'short')],
    'short',
    false,
  ],
  ['the variable before the files', 'install x', { PIPWARD_ADVICE: 'off' }, [layer('user', 'full')], 'off', false],
  ['pip prints nothing at all', 'install -qq x', { PIPWARD_ADVICE: 'full' }, [], 'off', true],
  ['a variable that is not understood', 'install x', { PIPWARD_ADVICE: 'yes' }, [], 'full', false],
])('%s', (_, line, env, layers, form, isAsked) => {
  expect(chooseAdviceForm(parsePipCommand('pip', line.split(' ')), env, layers, 0)).toBe(form);
  expect(asksForFull(env, layers)).toBe(isAsked);
});
