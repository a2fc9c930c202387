/** What the kit needs of a test runner. Those of vitest, node:test, jest and mocha fit as they are. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  readonly it: TestFunction;
}

/** See {@link TestRunner}. */
export interface TestFunction {
  (name: string, body: () => Promise<void>): unknown;
  /** Reports a test without running it. The name says why. */
  skip(name: string, body: () => Promise<void>): unknown;
}
