// The program of every call, as dist/call.cjs; dist/shim.cjs (entry.cjs) loads it and says when that fails.
export { runShim } from '../shim/main.ts';
export { warmUp } from '../shim/warm-up/warm-up.ts';
