/** Bundles the adapter of a checkout with the machine in memory. */
export function bundleAdapter(checkout: string, outfile: string): Promise<void>;
/** Bundles one of our own files. */
export function bundle(checkout: string, entry: string, outfile: string): Promise<void>;
