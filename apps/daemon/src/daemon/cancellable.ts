/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it fires. For work that takes no signal: what it
 * opens after that is closed, if it can be.
 */
export async function cancellable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    if (signal.aborted) void work.then(dispose, () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function dispose(late: unknown): Promise<void> {
  const { [Symbol.dispose]: close, [Symbol.asyncDispose]: closeAsync } = (late ?? {}) as Partial<
    Disposable & AsyncDisposable
  >;
  close?.call(late);
  await closeAsync?.call(late);
}
