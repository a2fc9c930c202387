/** Off Google nobody answers, and packets may vanish. */
const timeoutMs = 1000;

/**
 * One text of the metadata server; `undefined` if it does not tell within a second.
 *
 * Not by google-auth-library's `gcpMetadata`, which heeds no signal, tries again three times when nobody answers, and goes
 * through `HTTP_PROXY` unless `NO_PROXY` names the server. Here the answer is a default, and who waits for it is a volume.
 *
 * @param path - below `/computeMetadata/v1/`
 * @see {@link https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys}
 */
export async function askMetadataServer(
  server: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(`${server}/computeMetadata/v1/${path}`, {
      headers: { "metadata-flavor": "Google" },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    // Anyone may answer under that name where there is no metadata server.
    const isGoogle = answer.headers.get("metadata-flavor") === "Google";
    return answer.ok && isGoogle ? (await answer.text()).trim() || undefined : undefined;
  } catch {
    return undefined;
  }
}
