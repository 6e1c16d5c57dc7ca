import { describe, expect, test } from 'vitest';
import { decodeOsBytes, encodeOsString, needsRawBytes, osPath } from '../../../src/host/files/os-strings.ts';

const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));

describe('bytes of the system as text, and back', () => {
  test.each([
    ['ASCII', bytes('plain'), false],
    ['two and three bytes', bytes('ünï €'), false],
    // D83D DCE6 in UTF-16: its second half looks like a byte that is not UTF-8.
    ['beyond the basic plane', bytes('📦/💀'), false],
    ['Latin-1', bytes('caf', 0xe9), true],
    ['such bytes beside such characters', bytes('📦', 0x80, '📦', 0xff), true],
    ['a sequence that was cut off', bytes(0xf0, 0x9f, 0x93), true],
    ['a surrogate in UTF-8, which is not valid', bytes(0xed, 0xb2, 0x80), true],
    ['nothing', bytes(), false],
  ])('%s', (_, raw, isRaw) => {
    const text = decodeOsBytes(raw);
    expect(encodeOsString(text)).toEqual(raw);
    expect(needsRawBytes(text)).toBe(isRaw);
    expect(osPath(text)).toEqual(isRaw ? raw : raw.toString());
  });

  test('half a character that encodes no byte becomes the replacement character', () => {
    expect(encodeOsString('a\uD83D')).toEqual(bytes('a\uFFFD'));
  });
});
