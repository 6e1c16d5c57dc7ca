import type { Platform } from '../model/call-context.ts';

/** What a wheel's file name says (PEP 427). */
export type WheelName = { readonly project: string; readonly version: string; readonly system: string };

/** Returns the parts of a wheel's file name; null for any other name. */
export function readWheelName(file: string): WheelName | null {
  const parts = /^(.+)\.whl$/i.exec(file)?.[1]?.split('-') ?? [];
  const [project, version] = parts;
  const system = parts.at(-1);
  if (project === undefined || version === undefined || system === undefined) return null;
  return parts.length === 5 || parts.length === 6 ? { project, version, system } : null;
}

const OWN = { linux: /^(?:many|musl)?linux/, darwin: /^macosx/, win32: /^win/ } as const satisfies Record<
  Platform,
  RegExp
>;

/** Whether a wheel is for other systems only, whatever the Python. */
export function isForOtherSystem({ system }: WheelName, platform: Platform): boolean {
  return system.split('.').every((tag) => tag !== 'any' && !OWN[platform].test(tag));
}
