import { runAdmin } from '../admin/cli.ts';
import { readPlatform } from '../host/observe.ts';

declare const PIPWARD_VERSION: string;

// `pipward explain | head`: a reader that goes away is no failure.
process.stdout.on('error', () => {});

async function main(): Promise<void> {
  try {
    process.exitCode = await runAdmin(process.argv.slice(2), {
      env: process.env,
      programDirectory: __dirname,
      node: process.execPath,
      version: PIPWARD_VERSION,
      platform: readPlatform(),
    });
  } catch (error) {
    console.error(`pipward: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

void main();
