import type { AcmeClient, AcmePage, AcmeQuery, AcmeSnapshot } from "./acme-client.ts";

interface Failure {
  readonly status: number;
  /** Which page of a list fails. Default: any request. */
  readonly page?: number;
  /** Whether the request is carried out first. Default: no. */
  readonly done?: boolean;
}

/** An imaginary vendor's storage system, for the README's example. */
export class FakeAcme implements AcmeClient {
  static readonly pageSize = 2;
  readonly #volumes = new Set<string>();
  readonly #snapshots = new Map<string, AcmeSnapshot>();
  #failure: Failure | undefined;
  #newStatus = "available";

  addVolume(): string {
    const id = `volume-${this.#volumes.size + 1}`;
    this.#volumes.add(id);
    return id;
  }

  setStatus(status: string, id?: string): void {
    const snapshot = id === undefined ? undefined : this.#snapshots.get(id);
    if (snapshot) this.#snapshots.set(snapshot.id, { ...snapshot, status });
    else this.#newStatus = status;
  }

  failAt(failure: Failure): void {
    this.#failure = failure;
  }

  async list({ tags, page }: AcmeQuery): Promise<AcmePage> {
    this.#failIf((failure) => failure.page === undefined || failure.page === page);
    const matching = [...this.#snapshots.values()].filter((snapshot) =>
      Object.entries(tags).every(([key, value]) => snapshot.tags[key] === value),
    );
    const end = page * FakeAcme.pageSize;
    const snapshots = matching.slice(end - FakeAcme.pageSize, end);
    return end < matching.length ? { snapshots, nextPage: page + 1 } : { snapshots };
  }

  async create(input: Parameters<AcmeClient["create"]>[0]): Promise<AcmeSnapshot> {
    this.#failIf(({ done }) => !done);
    const { volume, token, tags } = input;
    if (!this.#volumes.has(volume)) throw httpError(404);
    const id = `snapshot-${token}`;
    const made = { id, volume, created: new Date().toISOString(), status: this.#newStatus, tags };
    const snapshot = this.#snapshots.get(id) ?? made;
    this.#snapshots.set(id, snapshot);
    this.#failIf(({ done }) => done === true);
    return snapshot;
  }

  async delete(id: string): Promise<void> {
    this.#failIf(() => true);
    if (!this.#snapshots.delete(id)) throw httpError(404);
  }

  #failIf(applies: (failure: Failure) => boolean): void {
    const failure = this.#failure;
    if (!failure || !applies(failure)) return;
    this.#failure = undefined;
    throw httpError(failure.status);
  }
}

function httpError(status: number): Error {
  return Object.assign(new Error(`HTTP ${status}`), { status });
}
