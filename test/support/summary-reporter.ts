import type { Reporter, TestCase, Vitest } from 'vitest/node';

/** Says at the end what the default reporter leaves out: what passed on another try only, and what was skipped, and why. */
export default class SummaryReporter implements Reporter {
  /** A flaw to be found, though no reason to stop a landing. */
  private readonly flaky: string[] = [];
  /** How many tests, by file and reason. */
  private readonly skipped = new Map<string, number>();
  private isChosen = false;

  onInit({ config }: Vitest): void {
    this.isChosen = config.testNamePattern !== undefined;
  }

  onTestCaseResult(test: TestCase): void {
    const name = `${test.module.relativeModuleId}: ${test.fullName}`;
    if (test.diagnostic()?.flaky === true) this.flaky.push(name);
    // With -t most are skipped because the pattern does not match them.
    if (test.result().state !== 'skipped' || this.isChosen) return;
    const line = `${test.module.relativeModuleId}: ${findReason(test.fullName)}`;
    this.skipped.set(line, (this.skipped.get(line) ?? 0) + 1);
  }

  onTestRunEnd(): void {
    const lines = [...this.skipped].map(([line, count]) => `${String(count).padStart(4)}  ${line}`);
    if (lines.length > 0) console.log(`skipped:\n${lines.join('\n')}`);
    if (this.flaky.length > 0) console.log(`passed only on another try:\n  ${this.flaky.join('\n  ')}`);
  }
}

/** What stands in brackets in the test's name or those around it: `(needs root)`; else the outermost of these. */
function findReason(fullName: string): string {
  const reasons = fullName.match(/\((?:skipped|needs|no)\b[^()]*\)/g);
  return reasons?.join(' ') ?? fullName.split(' > ')[0] ?? fullName;
}
