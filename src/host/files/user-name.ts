import { readFileSync } from 'node:fs';

/** Name of an account, else its number: chown takes both. Null where the platform has no numbers. */
export function findUserName(userId: number | null): string | null {
  if (userId === null || userId < 0) return null;
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.split(':')[2] === String(userId));
    return line?.split(':')[0] || String(userId);
  } catch {
    return String(userId);
  }
}
