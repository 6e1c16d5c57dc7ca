// Stands in for dist/shim.cjs in a real node.exe: speaks the protocol, and says what it got.
'use strict';
const fs = require('fs');
const python = process.env.STANDIN_PYTHON;
const [mode, name, ...words] = process.argv.slice(2);
let input = Buffer.alloc(0);

function say(word, text) {
  const bytes = Buffer.from(text);
  fs.writeSync(1, Buffer.concat([Buffer.from(`${word} ${bytes.length}\n`), bytes]));
}

/** Reads a line, and what belongs to it. */
function receive() {
  for (;;) {
    const end = input.indexOf('\n');
    const header = end < 0 ? '' : input.subarray(0, end).toString();
    const size = Number(/^answer (\d+)$/.exec(header)?.[1] ?? 0);
    if (end >= 0 && input.length >= end + 1 + size) {
      const text = input.subarray(end + 1, end + 1 + size).toString();
      input = input.subarray(end + 1 + size);
      return header.startsWith('answer ') ? text : header;
    }
    const chunk = Buffer.alloc(65536);
    const length = fs.readSync(0, chunk);
    if (length === 0) process.exit(1);
    input = Buffer.concat([input, chunk.subarray(0, length)]);
  }
}

if (process.env.STANDIN_FAIL === 'before') process.exit(9);
say('ask', 'folder ProgramData');
const folder = receive();
say('say', `${JSON.stringify({ mode, name, words, folder, options: process.env.NODE_OPTIONS ?? null })}\n`);
if (words[0] === 'refuse') {
  fs.writeSync(1, 'stop 3\n');
  process.exit(0);
}
if (process.env.STANDIN_FAIL === 'half') {
  fs.writeSync(1, 'run 500\n"C:');
  process.exit(0);
}
say('run', `"${python}" -P -m pip`);
if (process.env.STANDIN_FAIL === 'after') process.exit(9);
say('say', `${receive()} \u2014 caf\u00e9\n`);
