import { BackendError } from "@k8s-snapshots/backend-api";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { Rule, SchedulerEvent } from "@k8s-snapshots/scheduler";
import { pino } from "pino";
import { expect, it, vi } from "vitest";
import { originOf } from "../../test/declared-rules.ts";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import { pingForRules } from "./ping.ts";

const id = "PersistentVolumeClaim/kube-system/etcd";
const rule: Rule = {
  id,
  name: "pvc-etcd",
  backend: "memory",
  disk: { location: "home", id: "disk-1" },
  deltas: parseDeltas("PT1H P1D"),
};
const about = { backend: "memory", disk: rule.disk, rule };
const snapshot = { id: "snap-1", createdAt: 0 };
const events: readonly SchedulerEvent[] = [
  { type: "snapshot.requested", name: "n", reason: "due", ...about },
  { type: "snapshot.ready", snapshot, took: 1, ...about },
  { type: "snapshot.failed", error: new BackendError("unavailable", "no"), retryAt: 0, ...about },
  { type: "snapshot.accepted", snapshot, lateness: 0, ...about },
];

function pinging(pingUrl: string | undefined, request: (url: URL) => Promise<number>) {
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void log.push(JSON.parse(line)) });
  const resolved: ResolvedRule = { origin: originOf(id), warnings: [], rule, finding: undefined };
  const rules = new Map([[id, pingUrl === undefined ? resolved : { ...resolved, pingUrl }]]);
  return { log, onEvent: pingForRules({ rules: () => rules, logger, request }) };
}

it("tells the rule's URL of the beginning, the end and a failure, in the forms that such services know", () => {
  const asked: string[] = [];
  const { onEvent } = pinging("https://hc.example/uuid?create=1", async ({ href }) => asked.push(href));
  for (const event of events) onEvent(event);
  expect(asked).toEqual([
    "https://hc.example/uuid/start?create=1",
    "https://hc.example/uuid?create=1",
    "https://hc.example/uuid/fail?create=1",
  ]);
});

it("asks nobody for a rule without a URL", () => {
  const request = vi.fn(async () => 200);
  const { onEvent } = pinging(undefined, request);
  for (const event of events) onEvent(event);
  expect(request).not.toHaveBeenCalled();
});

it("logs what came of it, and never the URL", async () => {
  const { onEvent, log } = pinging("https://hc.example/secret", async (url) => {
    if (url.pathname.endsWith("/fail")) throw new Error("connect ECONNREFUSED");
    return 404;
  });
  for (const event of events) onEvent(event);
  await vi.waitFor(() => expect(log).toHaveLength(3));
  expect(log.map(({ event, rule: of, status }) => [event, of, status])).toEqual([
    ["ping.sent", id, 404],
    ["ping.sent", id, 404],
    ["ping.error", id, undefined],
  ]);
  expect(JSON.stringify(log)).not.toContain("secret");
});

it("sends no more than fifty at once", async () => {
  const request = vi.fn(() => new Promise<number>(() => {}));
  const { onEvent, log } = pinging("https://hc.example/1", request);
  for (let count = 0; count < 60; count++) onEvent(events[1] as SchedulerEvent);
  expect(request).toHaveBeenCalledTimes(50);
  expect(log).toHaveLength(10);
});
