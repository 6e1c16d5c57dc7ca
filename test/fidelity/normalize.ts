/** What differs between any two runs of the same pip. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  // But not pipward's own names of diagnostics: `pip-venv-required`.
  [/(?<!\[|explain |shown\/)pip-([a-z-]+)-[a-z0-9_]{8}/g, 'pip-$1-TEMPORARY'],
  [/\/tmp\/tmp[a-z0-9_]{8}/g, '/tmp/TEMPORARY'],
  [/0x[0-9a-f]{6,}/g, '0xADDRESS'],
  [/20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[,.]\d+)?/g, 'DATE'],
  [/\b\d+(?:\.\d+)? (?:kB|MB|bytes)\/s/g, 'RATE'],
  [/stored in directory: .*/g, 'stored in directory: FOLDER'],
  // A wheel that was built has the time of its files in it.
  [/(filename=\S+ size=)\d+ sha256=[0-9a-f]{64}/g, '$1SIZE'],
  // These name the program that they started.
  [/(xargs: )\S+(: (?:terminated by signal|exited with status))/g, '$1PROGRAM$2'],
  [/(find: )\S+( terminated by signal)/g, '$1PROGRAM$2'],
  [/(setsid: child )\d+( did not exit normally)/g, '$1PID$2'],
  // bash names the process that died.
  [/(line \d+: +)\d+ ([A-Z])/g, '$1PID $2'],
];

/** Replaces temporary names, addresses, dates and rates. */
export function normalize(output: string): string {
  // PYTHONIOENCODING may be utf-16; what shells and pip's children print is not.
  const text = /(?:[^\0]\0){8}/.test(output) ? output.replaceAll('\0', '') : output;
  return CHANGING.reduce((changed, [pattern, replacement]) => changed.replace(pattern, replacement), text);
}
