import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');

/** Words of a style that a reader has to decode; CONTRIBUTING.md says how pipward writes. */
const BANNED = [
  /\banew\b/i,
  /\bshall\b/i,
  /\bwhoever\b/i,
  /\bsomebody\b/i,
  // In quotation marks it is the Unix account, or a value of our own; so it is after `chown -R`, and in capitals.
  /(?<!['"`/]|chown -R |environment of )\b[Nn]obody\b(?!['"`:])/,
  /\bin so many words\b/i,
  /\bastray\b/i,
  /\bbeforehand\b/i,
  /\band (?:its |their )?kin\b/i,
  /\bbelongs? into\b/i,
  /\b(?:do|does|did|done|doing) away with\b/i,
  // "There is none" is plain English, and `is None` is Python.
  /(?<!\b[Tt]here )\b(?:[Ii]s|[Aa]re) none\b/,
];

/** Output of other programs, recorded or generated, and the list above. */
const NOT_PROSE = /^test\/(?:fixtures\/|language\.test\.ts$)|\.(?:node|json)$|\.snap\.txt$/;

function listFiles(place: string): readonly string[] {
  const file = path.join(root, place);
  if (!statSync(file).isDirectory()) return [place];
  return readdirSync(file, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(place, name))
    .filter((name) => statSync(path.join(root, name)).isFile() && !NOT_PROSE.test(name));
}

const PLACES = [
  'src',
  'shims',
  'bin',
  'install.sh',
  'build.mjs',
  'bench',
  'test',
  'docs',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
];

test.each(PLACES)('%s is written in plain English', (place) => {
  const found = listFiles(place).flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        BANNED.filter((word) => word.test(line)).map(() => `${file}:${index + 1}: ${line.trim()}`),
      ),
  );
  expect(found).toEqual([]);
});
