/** Off Google nobody answers, and packets may vanish. */
const timeoutMs = 1000;

/** Says the project that the process runs in; `undefined` if nobody tells. */
export type OwnProject = (signal?: AbortSignal) => Promise<string | undefined>;

/**
 * Asks the metadata server. An answer is kept, since it cannot change; a failure is not.
 *
 * @see {@link https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys}
 */
export function createOwnProject(server: string | undefined): OwnProject {
  let known: string | undefined;
  return async (signal) => {
    if (server === undefined) return undefined;
    known ??= await ask(server, signal).catch(() => undefined);
    return known;
  };
}

async function ask(server: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(`${server}/computeMetadata/v1/project/project-id`, {
    headers: { "metadata-flavor": "Google" },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  // Anyone may answer under that name where there is no metadata server.
  const isGoogle = answer.headers.get("metadata-flavor") === "Google";
  return answer.ok && isGoogle ? (await answer.text()).trim() || undefined : undefined;
}
