/** Where an API server is, and how to be let in. */
export interface ClusterAccess {
  /** `https://10.0.0.1:443`; may have a path, where the server is behind a proxy. */
  readonly server: string;

  /** Where this is from, for people: `context prod of /root/.kube/config`, `the pod's service account`. */
  readonly origin?: string;

  /** The namespace that the daemon runs in, or the kubeconfig's context names. */
  readonly namespace?: string;

  /** PEM of the certificate authorities that sign for the server. Default: those that Node trusts. */
  readonly certificateAuthority?: string;

  /** The name that the server's certificate must have. Default: the host of `server`. */
  readonly tlsServerName?: string;

  /** Believe any certificate. Default: false. */
  readonly skipTlsVerify?: boolean;

  /** HTTP proxy to go through. */
  readonly proxyUrl?: string;

  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, where no {@link proxyUrl} takes precedence. Default: no proxy. */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;

  /** What to show with the next request. Asked each time: tokens are replaced while a daemon runs. */
  credentials(): Promise<ClusterCredentials>;

  /** The last credentials were refused: the next ones must not come from a cache. */
  forget?(): void;
}

/** See {@link ClusterAccess.credentials}. */
export interface ClusterCredentials {
  /** One with several values is sent once for each. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** PEM of the client certificate. */
  readonly certificate?: string;
  /** PEM of the client certificate's key. */
  readonly key?: string;
}
