import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { momentOf } from "../clock.ts";
import { NotAdmitted } from "../gate/request-gate.ts";
import { defaultPolicy } from "../policy.ts";
import { startClock } from "../state/storage-clock.ts";
import { homeDisk, ruleOf } from "../testing/builders.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Disks } from "./disks.ts";
import type { LoopContext } from "./loop-context.ts";
import { Requests } from "./requests.ts";

const clock = new VirtualClock(Date.UTC(2026, 0, 1));
const identity = { cluster: "cluster-1", formerClusters: [], instance: "one" };
const context: LoopContext = {
  clock,
  aloneSince: undefined,
  onAccountThrottled: () => {},
  policy: defaultPolicy,
  identity,
  onEvent: () => {},
  onTrace: undefined,
  rules: { confirmedAt: 0 },
  concurrency: 1,
  callTimeout: 1_000,
};

it("rule 2: while a list is being taken in nothing is admitted, and after it what the plan still asks for", () => {
  const { backend } = createMemoryBackend();
  const disks = new Disks(
    {
      backend: "memory",
      location: homeDisk.location,
      capabilities: backend.capabilities,
      identity,
      clock: startClock(momentOf(clock)),
      unresolvedRules: new Set(),
    },
    context,
    true,
  );
  const entry = disks.get(homeDisk.id);
  disks.apply(entry, { type: "rule.changed", rule: ruleOf("PT1H P1D") });
  const list = disks.listed(0, momentOf(clock));
  disks.apply(entry, { type: "disk.listed", list, before: undefined, snapshots: [], unlabelled: 0 });
  let isApplying = true;
  const requests = new Requests(disks, context, {
    storage: () => backend as SnapshotBackend,
    isServing: () => true,
    isApplying: () => isApplying,
    onChange: () => {},
    about: ({ state }) => ({ backend: "memory", disk: state.disk, rule: state.rule }),
  });
  expect(() => requests.admitCreation(homeDisk)).toThrow(NotAdmitted);
  isApplying = false;
  expect(requests.admitCreation(homeDisk)).toMatchObject({ mayExist: false });
});
