// The program of every call, as dist/call.cjs; dist/shim.cjs (entry.cjs) loads it and says when that fails.
export { runShim } from '../shim/main.ts';
// For dist/warm-up.cjs (src/shim/warm-up), which runs what is in this program.
export { decide } from '../decision/decide.ts';
export { captureContext } from '../host/capture-context.ts';
export { parsePolicyFile } from '../policy/file/parse-policy-file.ts';
export { formatAnswer } from '../shim/sh-protocol.ts';
