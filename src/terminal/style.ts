import { styleText } from 'node:util';
import type { Severity } from '../model/diagnostic.ts';

/**
 * Whether to colour: FORCE_COLOR (not empty; `0` and `false` mean no), then NO_COLOR (not empty, no-color.org),
 * TERM=dumb, and a terminal at the other end.
 */
export function chooseColour({
  isTerminal,
  env,
}: {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}): boolean {
  const force = env['FORCE_COLOR'] ?? '';
  if (force !== '') return force !== '0' && force !== 'false';
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

export type Style = 'headline' | 'label' | 'command' | Severity;

const FORMATS = {
  headline: 'bold',
  label: 'cyan',
  command: 'green',
  error: 'red',
  warning: 'yellow',
  advice: 'cyan',
  note: 'cyan',
} as const satisfies Record<Style, Parameters<typeof styleText>[0]>;

/** Returns the text in its colour, or as it is. Nothing may depend on the colour. */
export function paint(text: string, style: Style, colour: boolean): string {
  // Whether there is colour was decided already: Node's own look at its streams would answer for the wrong one.
  return colour ? styleText(FORMATS[style], text, { validateStream: false }) : text;
}
