import { encodeOsString } from '../files/os-strings.ts';
import { DEFAULT_COLUMNS, isTerminalDescriptor, readColumns } from './terminal-size.ts';
import { createWriter } from './writer.ts';

/** The caller's standard error. */
export type ErrorOutput = {
  readonly isTerminal: boolean;
  /** Whether escape codes for colours work there. */
  readonly knowsColours: boolean;
  /** Width in characters; 80 if it is not known. */
  readonly columns: () => number;
  /** Resolves when the text is written, or cannot be. */
  readonly print: (text: string) => Promise<void>;
};

/** Returns the output behind a descriptor of this process. */
export function openErrorOutput(fd: number): ErrorOutput {
  const isTerminal = isTerminalDescriptor(fd);
  return {
    isTerminal,
    knowsColours: isTerminal,
    columns: () => (isTerminal ? readColumns(fd) : DEFAULT_COLUMNS),
    print: async (text) => {
      const writer = createWriter(fd);
      writer.write(encodeOsString(text));
      await writer.flushed();
    },
  };
}
