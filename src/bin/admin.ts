import '../admin/working-directory.ts';
import { runAdmin } from '../admin/cli.ts';
import { findWindowsFacts } from '../admin/setup/windows/helper.ts';
import { describeError } from '../admin/describe-error.ts';
import { errorCode } from '../host/error-code.ts';
import { readPlatform } from '../host/capture-context.ts';
import { readOwnProcess } from '../host/files/os-strings.ts';
import { putBack } from '../host/process/inherited-state.ts';
import { OWN_VERSION } from '../policy/own-version.ts';

// `pipward explain | head`: EPIPE is not an error. A full disk is one, but setup finishes first.
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
    // Variables, and paths in them, whose bytes are no UTF-8 are what they are for the shim, too.
    const exact = readOwnProcess(process.argv.slice(2), process.env);
    process.exitCode = await runAdmin(exact.arguments, {
      env: putBack(exact.env),
      programDirectory: __dirname,
      node: process.execPath,
      version: OWN_VERSION,
      platform: readPlatform(),
      ...findWindowsFacts(__dirname),
    });
  } catch (error) {
    console.error(`pipward: ${describeError(error)}`);
    process.exitCode = 1;
  }
}

void main();
