import './working-directory.ts';
import { runAdmin } from '../admin/cli.ts';
import { describeError } from '../admin/describe-error.ts';
import { errorCode } from '../host/error-code.ts';
import { readPlatform } from '../host/observe.ts';

declare const PIPWARD_VERSION: string;

// `pipward explain | head`: a reader that goes away is no failure. A full disk is, but setup goes on to its end.
process.stdout.once('error', (error) => {
  process.stdout.on('error', () => {});
  if (errorCode(error) === 'EPIPE') return;
  console.error(`pipward: its output could not be written: ${error.message}`);
  process.once('exit', () => {
    process.exitCode ||= 1;
  });
});

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
    console.error(`pipward: ${describeError(error)}`);
    process.exitCode = 1;
  }
}

void main();
