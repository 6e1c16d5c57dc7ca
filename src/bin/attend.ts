// The program of every call on Windows, as dist/attend.cjs; dist/shim.cjs (entry.cjs) loads it for pip.exe.
export { runAttend } from '../shim/attend/attend.ts';
