// Makes docs/terminal.svg: a real terminal (tmux), a real pip, an interpreter that this user cannot write.
// Run as root on a machine with tmux and a pyenv Python 3.12: npm run build && node docs/make-picture.mjs
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'pw-'));
chmodSync(folder, 0o755);
for (const name of ['shims', 'dist']) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
symlinkSync(process.execPath, path.join(folder, 'node'));
const home = '/tmp/ada';
const project = path.join(home, 'api');
const wheels = path.join(folder, 'wheels');
for (const name of [project, wheels]) mkdirSync(name, { recursive: true });
writeFileSync(path.join(project, 'pyproject.toml'), '[project]\nname = "api"\n');
const bundled = await build({
  entryPoints: [path.join(root, 'test/support/wheel.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
writeFileSync(path.join(folder, 'wheel.mjs'), bundled.outputFiles[0].text);
const { makeWheel } = await import(path.join(folder, 'wheel.mjs'));
makeWheel(wheels, 'requests', '2.32.5');
execFileSync('cp', ['-al', path.join(homedir(), '.pyenv/versions/3.12.1'), path.join(folder, 'py')]);
mkdirSync('/tmp/ada/bin', { recursive: true });

const env = {
  HOME: home,
  LD_LIBRARY_PATH: path.join(folder, 'py/lib'),
  PATH: `${folder}/shims:${folder}/py/bin:/usr/bin:/bin`,
  LANG: 'C.UTF-8',
  PIP_NO_INDEX: '1',
  PIP_FIND_LINKS: wheels,
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_WARN_SCRIPT_LOCATION: '1',
};
spawnSync('/bin/sh', ['-c', `cd "$1" && "$2" -m venv .venv && chown -R nobody "$3"`, 'sh', project, `${folder}/py/bin/python3`, home], { env });
const socket = path.join(folder, 'tmux');
const tmux = (...args) => execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: { ...env, TERM: 'xterm-256color' } });
const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
tmux('new-session', '-d', '-x', '84', '-y', '32', '-c', project, 'setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'env', '-i', ...pairs, 'TERM=xterm-256color', 'PS1=$ ', 'bash', '--norc', '--noprofile', '-i');
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
await wait(500);
tmux('send-keys', 'clear', 'Enter');
await wait(300);
tmux('send-keys', 'pip install requests', 'Enter');
await wait(6000);
const screen = tmux('capture-pane', '-p', '-e').replaceAll(folder, '/opt').trimEnd().split('\n');
tmux('kill-server');
for (const each of [folder, home]) rmSync(each, { recursive: true, force: true });

const COLOURS = { 30: '#000', 31: '#f7768e', 32: '#9ece6a', 33: '#e0af68', 34: '#7aa2f7', 35: '#bb9af7', 36: '#7dcfff', 37: '#ddd' };
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
function paint(line) {
  let bold = false;
  let colour = '';
  return line
    .split(/(\x1b\[[\d;]*m)/)
    .map((part) => {
      const codes = /^\x1b\[([\d;]*)m$/.exec(part)?.[1];
      if (codes === undefined) {
        const style = `${bold ? ' font-weight="bold"' : ''}${colour ? ` fill="${colour}"` : ''}`;
        return part === '' ? '' : `<tspan${style}>${escape(part)}</tspan>`;
      }
      for (const code of codes.split(';').map(Number)) {
        if (code === 0) [bold, colour] = [false, ''];
        else if (code === 1) bold = true;
        else if (code === 39) colour = '';
        else if (COLOURS[code]) colour = COLOURS[code];
      }
      return '';
    })
    .join('');
}
const height = screen.length * 18 + 24;
writeFileSync(
  path.join(root, 'docs/terminal.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${height}" viewBox="0 0 760 ${height}">
<rect width="760" height="${height}" rx="8" fill="#1a1b26"/>
<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#c0caf5" xml:space="preserve">
${screen.map((line, index) => `<text x="16" y="${index * 18 + 28}">${paint(line)}</text>`).join('\n')}
</g>
</svg>
`,
);
console.log(screen.join('\n'));
