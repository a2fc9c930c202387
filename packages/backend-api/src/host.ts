/** What the daemon offers to a backend. */
export interface BackendHost {
  /** What requests to the storage system call themselves, beside what a client adds: `k8s-snapshots/0.2.0`. */
  readonly userAgent: string;

  /** Fires when the daemon stops. Whatever a backend began by itself ends then. */
  readonly signal: AbortSignal;

  /** The cluster, with the daemon's rights. Absent where it runs outside of one. */
  readonly kubernetes?: KubernetesApi;
}

/** The API server of the cluster whose volumes are served. */
export interface KubernetesApi {
  /**
   * One request. Resolves to the parsed answer.
   *
   * @throws {Error} if the answer is no success, with its `status`; or if there was none
   */
  request(request: KubernetesApiRequest): Promise<unknown>;

  /** A request whose answer is lines of JSON, as a watch's is; ends when the signal fires or the server closes it. */
  stream(request: KubernetesApiRequest): Promise<AsyncIterable<string>>;
}

/** See {@link KubernetesApi}. */
export interface KubernetesApiRequest {
  /** Default: `GET`. */
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";

  /** Such as `/apis/snapshot.storage.k8s.io/v1/volumesnapshots`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;

  /** Of the body. Default: `application/json`. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}
