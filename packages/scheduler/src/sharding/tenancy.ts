import type { LocationLease } from "./lease-store.ts";
import type { Tenant } from "./location-ownership.ts";

/** A location that this process asked for: under which member it serves it, and what it wrote into its Lease itself. */
export class Tenancy {
  readonly key: string;
  readonly tenant: Tenant;
  #member: string | undefined;
  #hasLapsed = false;
  #isAtRest = true;
  #atRest: Promise<unknown> = Promise.resolve();
  /** What this process wrote last, and the version that it replaced: a view may still show that one. */
  #own: { readonly lease: LocationLease; readonly replaced: string | undefined } | undefined;

  constructor(key: string, tenant: Tenant) {
    this.key = key;
    this.tenant = tenant;
  }

  /** Under which member the location is served; `undefined`: it is not, or not certainly. */
  get member(): string | undefined {
    return this.#member;
  }

  /** It was served, and it is not certain that it still is. */
  get hasLapsed(): boolean {
    return this.#hasLapsed;
  }

  /** Whether nothing is under way any more of when it was served before. */
  get isAtRest(): boolean {
    return this.#isAtRest;
  }

  /** Resolves once nothing is under way any more. */
  get atRest(): Promise<unknown> {
    return this.#atRest;
  }

  noteOwn(lease: LocationLease, replaced: string | undefined): void {
    this.#own = { lease, replaced };
  }

  /** Whether the Lease names the member, by the newest that is known of it. */
  isHeldBy(member: string, seen: LocationLease | undefined): boolean {
    return this.#newest(seen)?.holder === member;
  }

  /** The version of the newest that is known of the Lease. */
  versionOf(seen: string | undefined): string | undefined {
    return this.#own !== undefined && seen === this.#own.replaced ? this.#own.lease.version : seen;
  }

  occupy(member: string): void {
    this.#member = member;
    this.#hasLapsed = false;
    void this.tenant.onTenure("owner");
  }

  vacate(): void {
    this.#member = undefined;
    this.#hasLapsed = false;
    this.#isAtRest = false;
    this.#atRest = Promise.all([this.#atRest, this.tenant.onTenure("none")]).then(() => {
      this.#isAtRest = true;
    });
  }

  /** @returns whether it was served */
  lapse(): boolean {
    if (this.#member === undefined) return false;
    this.#member = undefined;
    this.#hasLapsed = true;
    void this.tenant.onTenure("lapsed");
    return true;
  }

  #newest(seen: LocationLease | undefined): LocationLease | undefined {
    return this.#own !== undefined && seen?.version === this.#own.replaced ? this.#own.lease : seen;
  }
}
