/** Aborts when the process is asked to stop: SIGTERM from Kubernetes, SIGINT from Ctrl-C. */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  return stop;
}
