import type { Reporter, TestCase } from 'vitest/node';

/** Names at the end what passed only when it was tried again: a flaw to be found, though no reason to stop a landing. */
export default class FlakyReporter implements Reporter {
  private readonly flaky: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true) this.flaky.push(`${test.module.relativeModuleId}: ${test.fullName}`);
  }

  onTestRunEnd(): void {
    if (this.flaky.length > 0) console.log(`passed only on another try:\n  ${this.flaky.join('\n  ')}`);
  }
}
