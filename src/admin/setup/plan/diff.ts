const CONTEXT = 3;

/** Unified diff of one change to a text, as `diff -u` prints it; null stands for no file. Without line end at its end. */
export function renderDiff(name: string, before: string | null, after: string | null): string {
  const old = splitLines(before ?? '');
  const next = splitLines(after ?? '');
  let head = 0;
  while (head < old.length && head < next.length && old[head] === next[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, next.length) - head;
  while (tail < most && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  const from = Math.max(0, head - CONTEXT);
  const until = Math.max(0, tail - CONTEXT);
  return [
    `--- ${before === null ? '/dev/null' : name}`,
    `+++ ${after === null ? '/dev/null' : name}`,
    `@@ -${renderSpan(from, old.length - until)} +${renderSpan(from, next.length - until)} @@`,
    ...old.slice(from, head).map((line) => renderLine(' ', line)),
    ...old.slice(head, old.length - tail).map((line) => renderLine('-', line)),
    ...next.slice(head, next.length - tail).map((line) => renderLine('+', line)),
    ...old.slice(old.length - tail, old.length - until).map((line) => renderLine(' ', line)),
  ].join('\n');
}

/** Lines with their line ends. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** GNU diff counts an empty range from the line before it. */
function renderSpan(start: number, end: number): string {
  const count = end - start;
  return count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`;
}

function renderLine(sign: string, line: string): string {
  return line.endsWith('\n') ? sign + line.slice(0, -1) : `${sign}${line}\n\\ No newline at end of file`;
}
