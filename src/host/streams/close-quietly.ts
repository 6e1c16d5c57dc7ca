import { closeSync } from 'node:fs';

/** For a descriptor that may not be open. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // It was not open.
  }
}
