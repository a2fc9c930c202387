import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../test/home-cluster.ts";
import { InspectedCluster } from "../../test/inspected-cluster.ts";
import { runDaemon } from "../daemon/run-daemon.ts";
import { parseSettings } from "../settings/settings.ts";

const MINUTE = 60_000;
const annotation = "backup.kubernetes.io/snapshot-now";

let cluster: InspectedCluster;

beforeEach(async () => {
  cluster = await InspectedCluster.start();
  await cluster.history([10 * MINUTE, 70 * MINUTE]);
});

afterEach(() => cluster.close());

it("has the daemon take one snapshot, waits until it is ready, and a restart takes no other", async () => {
  const asked = await withDaemon(() => cluster.run("snapshot", "pvc/data", "--timeout", "PT1M"));
  expect(asked.errors).toContain("by an annotation on PersistentVolumeClaim/default/data.");
  expect(asked.output).toMatch(/^\S+ is ready, taken \S+Z\n$/);
  expect(asked.code).toBe(0);
  // It says when the next is due once it has listed and planned.
  await withDaemon((log) => eventually(() => expect(log.map(({ event }) => event)).toContain("snapshot.scheduled")));
  const { snapshots } = JSON.parse((await cluster.run("list", "snapshots", "-o", "json")).output);
  expect(snapshots).toHaveLength(3);
}, 120_000);

/** Runs a daemon for as long as something else takes. */
async function withDaemon<T>(use: (log: readonly Record<string, unknown>[]) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void log.push(JSON.parse(line)) });
  const settings = parseSettings({ ...cluster.environment, HTTP_LISTEN: "127.0.0.1:0" });
  const running = runDaemon({ settings, environment: cluster.environment, logger }, stop.signal);
  try {
    return await use(log);
  } finally {
    stop.abort();
    await running;
  }
}

it("only asks, by an annotation with the time of the request", async () => {
  const before = Date.now();
  const { code, output } = await cluster.run("snapshot", "pvc/data", "--no-wait");
  expect(output).toMatch(
    /^Asked for a snapshot of \/.*\/data, by an annotation on PersistentVolumeClaim\/default\/data\.\n$/,
  );
  const time = Date.parse(annotationsOf("data")[annotation] ?? "");
  expect(time).toBeGreaterThanOrEqual(before);
  expect(annotationsOf("data")["backup.kubernetes.io/deltas"]).toBe("PT1H P1D P7D");
  expect(code).toBe(0);
});

it("gives up in time, and says what it waits for", async () => {
  const { code, errors } = await cluster.run("snapshot", "pvc/data", "--timeout", "PT0S");
  expect(errors).toContain(
    "the snapshot is not ready after 0 s: waiting for the daemon to take it; the request stands",
  );
  expect(code).toBe(1);
});

it("asks the object whose rule is in force", async () => {
  cluster.kubernetes.store.create("snapshotrules.k8s-snapshots.elsdoerfer.com", {
    apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
    kind: "SnapshotRule",
    metadata: { name: "nightly", namespace: "default" },
    spec: { deltas: "P1D P30D", persistentVolumeClaim: "data" },
  });
  const { output } = await cluster.run("snapshot", "pvc/data", "--no-wait");
  expect(output).toContain("by an annotation on SnapshotRule/default/nightly.");
  expect(annotationsOf("data")[annotation]).toBeUndefined();
});

it.each([
  [["pvc/unasked"], 1, "no rule is in force for it; k8s-snapshots explain pvc/unasked says what to write"],
  [["pvc/nothing"], 1, "there is no PersistentVolumeClaim/default/nothing"],
  [["pvc/data", "--timeout", "10m"], 2, '--timeout "10m" is not an ISO 8601 duration such as PT10M'],
])("refuses %j", async (args, code, says) => {
  const result = await cluster.run("snapshot", ...args);
  expect(result.errors).toContain(says);
  expect(result.code).toBe(code);
});

function annotationsOf(name: string): Readonly<Record<string, string>> {
  const claim = cluster.kubernetes.store.get("persistentvolumeclaims", { namespace: "default", name });
  return (claim.metadata.annotations ?? {}) as Record<string, string>;
}
