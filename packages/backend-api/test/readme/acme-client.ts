/** The part of the vendor's client that the backend uses. */
export interface AcmeClient {
  list(query: AcmeQuery, signal?: AbortSignal): Promise<AcmePage>;
  create(
    input: { volume: string; token: string; tags: Readonly<Record<string, string>> },
    signal?: AbortSignal,
  ): Promise<AcmeSnapshot>;
  delete(id: string, signal?: AbortSignal): Promise<void>;
}

export interface AcmeQuery {
  readonly tags: Readonly<Record<string, string>>;
  readonly page: number;
}

export interface AcmePage {
  readonly snapshots: readonly AcmeSnapshot[];
  readonly nextPage?: number;
}

export interface AcmeSnapshot {
  readonly id: string;
  readonly volume: string;
  readonly created: string;
  /** `creating`, `available`, `error`, and what Acme thinks of next. */
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
}
