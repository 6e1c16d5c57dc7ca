import { parseBoolean } from '../../../../pip/configuration.ts';

/** One setting of a pip.conf that pipward writes. */
export type ConfLine = {
  readonly section: 'install' | 'uninstall';
  readonly option: 'require-virtualenv' | 'user';
  readonly value: 'true' | 'no';
};

/** Every name that pip takes for the option. It reads `no-user = no` as `user = no`, without negating it. */
const NAMES: Readonly<Record<ConfLine['option'], readonly string[]>> = {
  'require-virtualenv': ['require-virtualenv', 'require-venv'],
  user: ['user', 'no-user'],
};

/** Whether pip takes this name, normalized as it does, for the option of the line. */
export function isNamed({ option }: ConfLine, name: string): boolean {
  return NAMES[option].includes(name);
}

/** Whether a value means the same as the line's. pip ends with an error at what is neither true nor false. */
export function isSame({ value }: ConfLine, other: string): boolean {
  return parseBoolean(other) === (value === 'true');
}

/** Returns the line as it is written and shown. */
export function renderLine({ option, value }: ConfLine): string {
  return `${option} = ${value}`;
}

/** Whether two lists say the same, in the same order. */
export function areSame(one: readonly ConfLine[], other: readonly ConfLine[]): boolean {
  const show = (lines: readonly ConfLine[]) => lines.map((line) => `[${line.section}] ${renderLine(line)}`).join('\n');
  return show(one) === show(other);
}
