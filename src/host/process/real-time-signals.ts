import { hasSignal } from './signal-numbers.ts';

/** The lowest that a program can catch: glibc keeps 32 and 33 for itself. */
const FIRST = 34;
const LAST = 64;

type SignalHandle = {
  onsignal: (number: number) => void;
  readonly start: (number: number) => number;
  readonly close: () => void;
  readonly unref: () => void;
};

/**
 * Catches the real-time signals, which `process.on` has no names for, by the part of Node that `process.on` itself
 * uses. `ignored`: SigIgn of proc(5); these are left alone, since for pip a signal that was caught is not ignored. Returns
 * what ends it. Where Node has no such part (any more) they end us, and the signal probe ends pip.
 */
export function catchRealTime(ignored: string, handle: (signal: number) => void): () => void {
  const started: SignalHandle[] = [];
  try {
    const binding: unknown = Reflect.get(process, 'binding');
    const part: unknown = typeof binding === 'function' ? binding.call(process, 'signal_wrap') : null;
    if (!hasSignalHandle(part)) return () => {};
    for (let number = FIRST; number <= LAST; number += 1) {
      if (hasSignal(ignored, number)) continue;
      const signal = new part.Signal();
      signal.unref();
      signal.onsignal = handle;
      if (signal.start(number) === 0) started.push(signal);
      else signal.close();
    }
  } catch {
    // Without them the rest is caught all the same.
  }
  return () => {
    for (const signal of started) signal.close();
  };
}

function hasSignalHandle(part: unknown): part is { readonly Signal: new () => SignalHandle } {
  return typeof part === 'object' && part !== null && 'Signal' in part && typeof part.Signal === 'function';
}
