import assert from "node:assert/strict";
import type { ConformanceHarness, ConformanceHooks, ConformanceWorld } from "./harness.ts";
import { TestContext } from "./test-context.ts";
import type { TestRunner } from "./test-runner.ts";

/** The hooks that a test says it needs. */
export type GivenHooks<Needed extends keyof ConformanceHooks> = Pick<ConformanceHooks, Needed>;

/** The capabilities that say whether there is something to be checked. */
export type OptionalCapability =
  | "restore"
  | "removeRestored"
  | "read"
  | "setLabels"
  | "groups"
  | "watch"
  | "limits"
  | "volumeFacts";

/** Registers the kit's tests with the caller's runner; those that cannot run, as skipped and with the reason. */
export class ConformanceKit {
  readonly harness: ConformanceHarness;
  readonly #runner: TestRunner;
  readonly #names = new Set<string>();

  constructor(runner: TestRunner, harness: ConformanceHarness) {
    this.#runner = runner;
    this.harness = harness;
  }

  describe(name: string, body: () => void): void {
    this.#runner.describe(name, body);
  }

  /** A test that runs with every harness. */
  test(name: string, body: (context: TestContext) => Promise<void>): void {
    this.testWith([], name, body);
  }

  /** A test that needs these hooks of the harness. */
  testWith<Needed extends keyof ConformanceHooks>(
    needed: readonly Needed[],
    name: string,
    body: (context: TestContext, hooks: GivenHooks<Needed>) => Promise<void>,
  ): void {
    const missing = needed.filter((hook) => this.harness[hook] === undefined);
    const reason = missing.length > 0 ? `the harness has no ${missing.join(", ")}` : undefined;
    this.testUnless(reason, name, (context) => body(context, this.harness as GivenHooks<Needed>));
  }

  /** {@link testWith} for tests that need the backend to declare these capabilities; `undefined`: none. */
  testIfCapable(...capabilities: readonly (OptionalCapability | undefined)[]): ConformanceKit["testWith"] {
    const missing = capabilities.find((capability) => capability && !this.harness.capabilities[capability]);
    return (needed, name, body) => {
      if (missing === undefined) this.testWith(needed, name, body);
      else this.testUnless(`capabilities.${missing} is false`, name, async () => undefined);
    };
  }

  /** A test that is skipped if there is a reason to. */
  testUnless(reason: string | undefined, name: string, body: (context: TestContext) => Promise<void>): void {
    this.#names.add(name);
    const skipped = this.harness.exceptions?.[name] ?? reason;
    const run = () => this.#runInWorld(body);
    if (skipped === undefined) this.#runner.it(name, run);
    else this.#runner.it.skip(`${name} [skipped: ${skipped}]`, run);
  }

  /** A test of its own: some runners collect the bodies of `describe` only after all others. */
  testThatExceptionsAreKnown(): void {
    const exceptions = Object.keys(this.harness.exceptions ?? {});
    if (exceptions.length === 0) return;
    this.#runner.it("each exception is a test of the kit", async () => {
      const unknown = exceptions.find((name) => !this.#names.has(name));
      assert.equal(unknown, undefined, `exceptions: the conformance kit has no test "${unknown}"`);
    });
  }

  async #runInWorld(body: (context: TestContext) => Promise<void>): Promise<void> {
    const world: ConformanceWorld = await this.harness.open();
    try {
      await body(new TestContext(this.harness, world, await this.harness.createDisk(world)));
    } finally {
      await world.backend.close?.();
      await world.close?.();
    }
  }
}
