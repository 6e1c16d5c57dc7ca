import { machine } from './machine.ts';

/** Stands in for node:tty. stdin is never a terminal: no question can be answered in memory. */
export function isatty(fd: number): boolean {
  return machine().world.terminal !== null && fd !== 0;
}

/** The size is asked of stty. */
export class WriteStream {
  readonly columns = 0;
  readonly rows = 0;
  destroy(): void {}
}

export class ReadStream extends WriteStream {}
