/** Where the way to an API server was looked for, and why there is none. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";

  /** @param where - a file, or several */
  constructor(where: string, problem: string, options?: ErrorOptions) {
    super(`kubeconfig ${where}: ${problem}`, options);
  }
}
