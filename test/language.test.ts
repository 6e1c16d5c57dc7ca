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
  // In quotation marks it is the Unix account, or a value of our own.
  /(?<!['"`/]|chown -R )\bnobody\b(?!['"`:])/i,
  /\bin so many words\b/i,
  /\bastray\b/i,
  /\bbeforehand\b/i,
  /\band (?:its |their )?kin\b/i,
  /\bbelongs? into\b/i,
  /\bdoes away with\b/i,
  // "There is none" is plain English.
  /(?<!\bthere )\b(?:is|are) none\b/i,
];

function listFiles(place: string): readonly string[] {
  const file = path.join(root, place);
  if (!statSync(file).isDirectory()) return [place];
  return readdirSync(file, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(place, name))
    .filter((name) => statSync(path.join(root, name)).isFile() && !/\.(?:node|json)$/.test(name));
}

test.each(['src', 'shims', 'bin', 'install.sh', 'docs', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])(
  '%s is written in plain English',
  (place) => {
    const found = listFiles(place).flatMap((file) =>
      readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          BANNED.filter((word) => word.test(line)).map(() => `${file}:${index + 1}: ${line.trim()}`),
        ),
    );
    expect(found).toEqual([]);
  },
);
