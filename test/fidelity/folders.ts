import path from 'node:path';

/** npm, run-typescript.mjs and vitest all start in the checkout; a bundle does not know where its sources were. */
export const CHECKOUT = process.cwd();
export const FOLDER = path.join(CHECKOUT, 'test', 'fidelity');
