import type { CoverageDocument, TimelinesDocument, VolumeDocument } from "../api/index.ts";

/** The daemon has no answer, or none yet. */
export class DaemonError extends Error {
  override readonly name = "DaemonError";
}

/** Below where the page itself is, whatever path a proxy puts before it. */
const BASE = "api/v1";

/** So long may a URL be: the daemon takes 8 KiB of headers. */
const LONGEST_QUERY = 4_000;

/** All volumes. @throws {Error} if the daemon does not answer; a {@link DaemonError} has its words */
export function fetchCoverage(signal?: AbortSignal): Promise<CoverageDocument> {
  return ask(`${BASE}/coverage`, signal);
}

/** The first volumes, the least safe, with the sum of all. The page's head asks for it already, with the same address. */
export function fetchFirst(): Promise<CoverageDocument> {
  return ask(`${BASE}/coverage?limit=100`, undefined, "default");
}

/** Some volumes, with the sum of all. */
export function fetchSome(objects: readonly string[]): Promise<CoverageDocument> {
  return ask(`${BASE}/coverage?${queryOf(objects)}`);
}

/** What the rows of some volumes draw; of so many that fit into one question, see {@link fitting}. */
export function fetchTimelines(objects: readonly string[]): Promise<TimelinesDocument> {
  return ask(`${BASE}/timelines?${queryOf(objects)}`);
}

export function fetchVolume(object: string, signal: AbortSignal): Promise<VolumeDocument> {
  return ask(`${BASE}/volumes/${object.split("/").map(encodeURIComponent).join("/")}`, signal);
}

/** The first of the objects, as many as one question may name. */
export function fitting(objects: readonly string[], most: number): readonly string[] {
  let length = 0;
  const end = objects.findIndex((object) => {
    length += queryOf([object]).length + 1;
    return length > LONGEST_QUERY;
  });
  return objects.slice(0, Math.min(most, end === -1 ? objects.length : Math.max(1, end)));
}

function queryOf(objects: readonly string[]): string {
  return objects.map((object) => `volume=${encodeURIComponent(object)}`).join("&");
}

async function ask<T>(path: string, signal?: AbortSignal, cache: RequestCache = "no-store"): Promise<T> {
  const response = await fetch(path, { cache, ...(signal && { signal }) });
  if (response.ok) return (await response.json()) as T;
  const { error = `${response.status} ${response.statusText}` } = (await response.json().catch(() => ({}))) as {
    error?: string;
  };
  throw new DaemonError(error);
}
