// The program of every call, as dist/call.cjs; dist/shim.cjs (guard.cjs) loads it and says when that fails.
export { runShim } from '../shim/main.ts';
export { warmUp } from '../shim/warm-up.ts';
