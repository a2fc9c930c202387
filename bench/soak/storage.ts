/**
 * A storage system over HTTP whose calls fail as real ones do, in a process of its own. `fork`ed with {@link SoakOptions} as
 * JSON, it sends its URL, and {@link SoakTruth} whenever a message comes.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";

export interface SoakOptions {
  /** What share of calls is refused as too many, fails, loses its answer after it was carried out, or takes a second. */
  readonly throttled: number;
  readonly broken: number;
  readonly lost: number;
  readonly slow: number;
  /** Every so often it is away, for a tenth of that, in milliseconds. */
  readonly awayEvery: number;
}

/** What is there in truth. */
export interface SoakTruth {
  readonly created: number;
  readonly deleted: number;
  /** Under one idempotency key: more than one snapshot. */
  readonly doubles: number;
  readonly held: { readonly disks: number; readonly fewest: number; readonly most: number };
  /** Between two snapshots of a disk, in milliseconds. */
  readonly gaps: { readonly median: number; readonly p99: number; readonly longest: number };
  readonly calls: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

/** What the calls are given: each some of it. */
interface Call {
  readonly disk?: string;
  readonly key?: string;
  readonly labels?: Stored["labels"];
  readonly mayExist?: boolean;
  readonly id?: string;
  readonly from?: number;
}

interface Stored {
  readonly number: number;
  readonly id: string;
  readonly disk: string;
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

const PAGE = 1_000;
const options = JSON.parse(process.argv[2] as string) as SoakOptions;
const begun = Date.now();
const snapshots = new Map<string, Stored>();
const keys = new Map<string, number>();
const newest = new Map<string, number>();
const gaps: number[] = [];
const calls: Record<string, number> = {};
const faults: Record<string, number> = {};
let made = 0;
let deleted = 0;
let doubles = 0;

const server = createServer(async (request, response) => {
  const body = JSON.parse((await text(request)) || "{}") as Call;
  const operation = (request.url ?? "/").slice(1);
  calls[operation] = (calls[operation] ?? 0) + 1;
  const isAway = (Date.now() - begun) % options.awayEvery > 0.9 * options.awayEvery;
  if (isAway) return fault("away", response);
  if (Math.random() < options.throttled) return answer(response, 429, {}, "throttled");
  if (Math.random() < options.broken) return answer(response, 503, {}, "broken");
  if (Math.random() < options.slow) {
    faults["slow"] = (faults["slow"] ?? 0) + 1;
    await setTimeout(1_000);
  }
  const answered = carryOut(operation, body);
  if (Math.random() < options.lost) return fault("lost", response);
  answer(response, 200, answered);
});

function carryOut(operation: string, body: Call): unknown {
  if (operation === "create") return create(body);
  if (operation === "delete") {
    if (snapshots.delete(body.id ?? "")) deleted++;
    return {};
  }
  return page(body.from ?? 0);
}

/** Snapshots are numbered as they are made, and listed in that order: none is left out while others go. */
function page(from: number): unknown {
  const items: Stored[] = [];
  for (const one of snapshots.values()) {
    if (one.number < from) continue;
    if (items.length === PAGE) return { items, next: one.number };
    items.push(one);
  }
  return { items };
}

function create({ disk = "", key = "", labels = {}, mayExist = false }: Call): Stored {
  if (mayExist) for (const one of snapshots.values()) if (one.disk === disk && one.labels[keyLabel] === key) return one;
  const one = {
    number: ++made,
    id: `snap-${made}`,
    disk,
    createdAt: Date.now(),
    labels: { ...labels, [keyLabel]: key },
  };
  const count = (keys.get(`${disk} ${key}`) ?? 0) + 1;
  if (count > 1) doubles++;
  keys.set(`${disk} ${key}`, count);
  const before = newest.get(disk);
  if (before !== undefined) gaps.push(one.createdAt - before);
  newest.set(disk, one.createdAt);
  snapshots.set(one.id, one);
  return one;
}

const keyLabel = "k8s-snapshots/idempotency-key";

function answer(response: ServerResponse, status: number, body: unknown, name?: string): void {
  if (name !== undefined) faults[name] = (faults[name] ?? 0) + 1;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function fault(name: string, response: ServerResponse): void {
  faults[name] = (faults[name] ?? 0) + 1;
  response.destroy();
}

function truth(): SoakTruth {
  const held = new Map<string, number>();
  for (const { disk } of snapshots.values()) held.set(disk, (held.get(disk) ?? 0) + 1);
  const counts = [...held.values()].sort((a, b) => a - b);
  const sorted = Float64Array.from(gaps).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return {
    created: made,
    deleted,
    doubles,
    held: { disks: held.size, fewest: counts[0] ?? 0, most: counts.at(-1) ?? 0 },
    gaps: { median: at(0.5), p99: at(0.99), longest: at(1) },
    calls,
    faults,
  };
}

process.on("message", () => process.send?.(truth()));
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
