import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LIMIT_SECONDS } from './limits.ts';

/** A real terminal with a bash in it, driven by tmux. */
export type Terminal = ReturnType<typeof openTerminal>;

export function openTerminal(
  env: Readonly<Record<string, string>>,
  cwd: string,
  { columns = 100, lines = 40, command = 'bash --norc --noprofile -i' } = {},
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-tmux-'));
  const socket = path.join(folder, 'socket');
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
  const size = ['-x', String(columns), '-y', String(lines)];
  tmux('new-session', '-d', '-s', 't', ...size, '-c', cwd, command);
  const screen = (...options: string[]) => tmux('capture-pane', '-p', '-J', '-S', '-', ...options, '-t', 't').trimEnd();

  async function waitFor(pattern: RegExp, seconds = LIMIT_SECONDS): Promise<string> {
    // Each look is a process: what takes long is looked at less often.
    for (let start = Date.now(), waited = 0; ; waited = Date.now() - start) {
      const text = screen();
      if (pattern.test(text)) return text;
      if (waited > seconds * 1000) throw new Error(`never saw ${pattern} on:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(500, 50 + waited / 10)));
    }
  }

  return {
    screen: () => screen(),
    /** Process id of its shell, which leads the session. */
    shell: Number(tmux('display-message', '-p', '-t', 't', '#{pane_pid}')),
    /** With the escape sequences of its colours. */
    colours: () => screen('-e'),
    waitFor,
    resize: (width: number) => void tmux('resize-window', '-t', 't', '-x', String(width)),
    /** Types a command and Enter once the shell has its prompt: what is typed ahead of it is echoed twice. */
    command: async (line: string) => {
      await waitFor(/[#$]$/);
      tmux('send-keys', '-t', 't', '-l', line);
      tmux('send-keys', '-t', 't', 'Enter');
    },
    /** Types keys at once, as tmux names them: text, Enter, C-c, C-z. */
    type: (...keys: string[]) => void tmux('send-keys', '-t', 't', ...keys),
    close: () => {
      spawnSync('tmux', ['-S', socket, 'kill-server']);
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
