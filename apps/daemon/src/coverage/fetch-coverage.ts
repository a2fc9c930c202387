import { printable as escaped } from "@k8s-snapshots/backend-api";
import type { CoverageDocument, CoverageVolume } from "@k8s-snapshots/status-page/api";
import { UsageError } from "../commands/usage-error.ts";
import type { ClusterCoverage } from "./read-coverage.ts";
import type { Protection, VolumeCoverage } from "./volume-coverage.ts";

const LIMIT_MS = 60_000;

/**
 * The coverage as a daemon has it.
 *
 * @param address - of its status page
 * @throws {UsageError} if that is not an http or https URL
 * @throws {Error} if the daemon does not answer, or with something else than a coverage
 */
export async function fetchCoverage(address: string): Promise<ClusterCoverage> {
  const page = URL.parse(address.endsWith("/") ? address : `${address}/`);
  if (page === null || !/^https?:$/.test(page.protocol)) throw new UsageError("--from must be an http or https URL");
  const url = new URL("api/v1/coverage", page);
  const shown = `${page.origin}${page.pathname}`;
  const document = await ask(url, headersOf(url), shown);
  const volumes = document.volumes.map((volume) => readVolume(volume, shown));
  return { now: new Date(document.now), cluster: document.cluster, asked: `the daemon at ${shown}`, volumes };
}

/** Who asks, where the address says so: for a proxy before the page. The address itself is shown in errors, and loses it. */
function headersOf(url: URL): Readonly<Record<string, string>> {
  const { username, password } = url;
  if (username === "" && password === "") return {};
  const written = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  Object.assign(url, { username: "", password: "" });
  return { authorization: `Basic ${Buffer.from(written).toString("base64")}` };
}

async function ask(url: URL, headers: Readonly<Record<string, string>>, shown: string): Promise<CoverageDocument> {
  const failed = (why: string): Error =>
    new Error(`cannot ask the daemon at ${shown}: ${why}; is that its PAGE_LISTEN, and forwarded to here?`);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(LIMIT_MS) });
    text = await response.text();
  } catch (error) {
    const { message, cause } = error as Error;
    throw failed(cause instanceof Error ? cause.message : message);
  }
  const document = parse(text);
  if (!response.ok) {
    throw failed(
      typeof document["error"] === "string" ? printable(document["error"]) : `it answers ${response.status}`,
    );
  }
  const { now, cluster, volumes } = document;
  if (typeof cluster === "string" && Array.isArray(volumes) && !Number.isNaN(Date.parse(String(now)))) {
    return document as unknown as CoverageDocument;
  }
  throw failed("what it answers is not a coverage");
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const protections: readonly string[] = ["protected", "late", "unprotected", "excluded"] satisfies Protection[];

/** What the command reads of a volume. Whoever answers may be anybody: texts come out harmless. */
function readVolume(volume: CoverageVolume, shown: string): VolumeCoverage {
  const { object, namespace, name, protection, reason, message, rule, newest, lateAt, dueAt, held, worstGapSeconds } =
    volume ?? {};
  if (typeof object !== "string" || typeof name !== "string" || !protections.includes(protection)) {
    throw new Error(`cannot ask the daemon at ${shown}: a volume in its answer has no object, name or protection`);
  }
  return {
    object: printable(object),
    ...(namespace != null && { namespace: printable(namespace) }),
    name: printable(name),
    ...(volume.volume != null && { volume: printable(volume.volume) }),
    protection,
    reason: printable(reason),
    message: printable(message),
    ...(rule != null && { rule: readRule(rule) }),
    ...(newest != null && { newest: Date.parse(newest) }),
    ...(lateAt != null && { lateAt: Date.parse(lateAt) }),
    ...(dueAt != null && { dueAt: Date.parse(dueAt) }),
    ...(held != null && { held }),
    ...(worstGapSeconds != null && { worstGap: worstGapSeconds * 1_000 }),
  };
}

function readRule(rule: NonNullable<CoverageVolume["rule"]>): NonNullable<VolumeCoverage["rule"]> {
  const { intervalSeconds, id, deltas, backend, location, disk } = rule;
  const texts = { id, deltas, backend, location, disk };
  const harmless = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, printable(text)]));
  return { ...(harmless as typeof texts), interval: intervalSeconds * 1_000 };
}

function printable(text: unknown): string {
  return escaped(String(text ?? ""));
}
