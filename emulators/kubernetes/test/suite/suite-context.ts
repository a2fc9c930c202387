import type { ApiClient, ApiUnderTest } from "./api-client.ts";

/** What the tests of the suite share: one server, and a namespace of their own in it. */
export interface SuiteContext {
  readonly server: ApiUnderTest;
  readonly client: ApiClient;
  readonly namespace: string;
  /** `/api/v1/namespaces/NAMESPACE` */
  readonly core: string;
  /** A name that no other test uses. */
  readonly uniqueName: (prefix: string) => string;
}

/** Gives the context; only to be called while a test runs. */
export type Context = () => SuiteContext;
