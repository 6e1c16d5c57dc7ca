import type { Sandbox } from './sandbox.ts';
import { openTerminal, type Terminal } from './terminal.ts';

export type Act = (terminal: Terminal) => Promise<unknown>;

type Place = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  /** Whether the act leaves pip running: then no prompt of the shell comes after it. */
  readonly leavesPip?: boolean;
  /** Starts the shell; default: bash as the user of the tests. */
  readonly command?: string;
};

/** What is on the screen, colours included, from the first use of $P on, which starts pip: bare or ours. */
export async function watchScreen(box: Sandbox, start: string, act: Act, place: Place = {}): Promise<string> {
  const { env, leavesPip = false, ...size } = place;
  const terminal = openTerminal(box.environment(env), box.project, size);
  try {
    await terminal.waitFor(/[#$]$/);
    await terminal.command(`P='${start}'`);
    await terminal.waitFor(/'\n.*[#$]$/);
    await act(terminal);
    // The shell's next prompt may come a moment after what the act waited for.
    if (!leavesPip) await terminal.waitFor(/[#$]$/);
    return terminal.colours().replace(/^[^]*?(?=\$P)/, '');
  } finally {
    terminal.close();
  }
}

/** The same things done with bare pip and with ours: both screens. `clean` takes out what chance put there. */
export async function compareScreens(
  box: Sandbox,
  bare: string,
  act: Act,
  { clean = (text) => text, ...place }: Place & { readonly clean?: (text: string) => string } = {},
): Promise<{ readonly bare: string; readonly ours: string }> {
  return {
    bare: clean(await watchScreen(box, bare, act, place)),
    ours: clean(await watchScreen(box, 'pip', act, place)),
  };
}
