/** Returns the position behind the TOML string that begins at `start`, whichever of the four kinds it is. */
export function skipString(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  const isBasic = quote === 34;
  const triple = text.charCodeAt(start + 1) === quote && text.charCodeAt(start + 2) === quote;
  let end = start + (triple ? 3 : 1);
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === BACKSLASH && isBasic) end += 2;
    else if (code !== quote || (triple && !text.startsWith(isBasic ? '"""' : "'''", end))) end += 1;
    else break;
  }
  end += triple ? 3 : 1;
  // Up to two quotes may stand right before the closing three.
  if (triple) while (text.charCodeAt(end) === quote) end += 1;
  return end;
}

const BACKSLASH = 92;
