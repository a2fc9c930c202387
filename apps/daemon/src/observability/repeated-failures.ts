/** Tells a failure that is new from one that goes on, so that a log says each once. */
export class RepeatedFailures {
  readonly #lasting = new Map<string, { readonly code: string; count: number }>();

  /**
   * @param what - the call that failed, and where: as long as it fails with the same code it is the same failure
   * @returns whether it is new
   */
  failed(what: string, code: string): boolean {
    const known = this.#lasting.get(what);
    if (known?.code === code) {
      known.count++;
      return false;
    }
    this.#lasting.set(what, { code, count: 1 });
    return true;
  }

  /** @returns how often it had failed before, in a row; 0 if it had not */
  succeeded(what: string): number {
    const count = this.#lasting.get(what)?.count ?? 0;
    this.#lasting.delete(what);
    return count;
  }
}
