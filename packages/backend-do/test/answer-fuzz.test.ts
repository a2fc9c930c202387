import { type BackendError, HOLD_LABEL, type RestoredVolume, type Snapshot } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import type { AskedRequest, Exchange } from "../../../test-support/answer-server.ts";
import type { SoundAnswer } from "../../../test-support/answer-twists.ts";
import {
  assertReport,
  assertSnapshot,
  FUZZ_ANSWERS,
  FUZZ_TIMEOUT_MS,
  type FuzzedCall,
  type FuzzedCloud,
  fuzzAnswers,
  type Outcome,
} from "../../../test-support/fuzz-answers.ts";
import { DigitalOceanBackend } from "../src/digitalocean-backend.ts";
import { DigitalOceanClient } from "../src/digitalocean-client.ts";
import { spells } from "../src/digitalocean-tags.ts";

const location = "account";
const labels = { "created-by": "k8s-snapshots" };
const disk = { location, id: "fbe805e8-866b-11e6-96bf-000f53315a41" };
const snapshotId = "8fa70202-873f-11e6-8b68-000f533176b1";
const creation = { disk, name: "data", description: "", labels, idempotencyKey: "key", mayExist: true };
const restoration = { snapshot: { id: snapshotId, location }, name: "data", labels, idempotencyKey: "key" };

const maxPages = 20;

const calls: readonly FuzzedCall[] = [
  { name: "list", call: listAll, check: checkList },
  {
    name: "list without end",
    call: (backend, onDate) => backend.diskForSpec({ volumeName: "endless", region: "fra1" }, { onDate }),
    check: ({ kind }, exchanges) => {
      expect(exchanges.length).toBeLessThanOrEqual(maxPages);
      expect(kind).toBe("rejected");
    },
  },
  {
    name: "create",
    call: (backend, onDate) => backend.createSnapshot(creation, { onDate }),
    check: (outcome, exchanges) => {
      checkChange(outcome, exchanges, `/v2/volumes/${disk.id}/snapshots`);
      if (outcome.kind === "rejected") return;
      assertSnapshot(outcome.value as Snapshot);
      expect(outcome.value).toMatchObject({ diskId: disk.id, location });
    },
  },
  {
    name: "read",
    call: async (backend, onDate) => backend.readSnapshot?.({ id: snapshotId, location }, { onDate }),
    check: (outcome) => {
      if (outcome.kind === "rejected" || outcome.value === undefined) return;
      assertSnapshot(outcome.value as Snapshot);
      expect(outcome.value).toMatchObject({ id: snapshotId, location });
    },
  },
  {
    name: "delete",
    call: (backend, onDate) => backend.deleteSnapshot({ id: snapshotId, location }, { onDate }),
    mayDelete: ({ url }) => url.pathname === `/v2/volumes/snapshots/${snapshotId}`,
  },
  {
    name: "set labels",
    call: async (backend, onDate) =>
      backend.setSnapshotLabels?.({ id: snapshotId, location }, { [HOLD_LABEL]: "false" }, { onDate }),
    mayDelete: isUntaggingOfHold,
  },
  {
    name: "restore",
    call: async (backend, onDate) => backend.restoreSnapshot?.(restoration, { onDate }),
    check: (outcome, exchanges) => {
      checkChange(outcome, exchanges, "/v2/volumes");
      if (outcome.kind === "resolved") expect((outcome.value as RestoredVolume).diskId).toMatch(/^[0-9a-f-]{36}$/);
    },
  },
  {
    name: "check access",
    call: (backend, onDate) => backend.checkAccess(location, { onDate }),
    mayDelete: ({ url, body }) => `${url.pathname}${body}`.includes("00000000-0000-0000-0000-000000000000"),
    check: (outcome) => {
      if (outcome.kind === "resolved") assertReport(outcome.value as Parameters<typeof assertReport>[0], cloud.secret);
    },
  },
  {
    name: "disk of a spec",
    call: (backend, onDate) => backend.diskForSpec({ volumeName: "data", region: "fra1" }, { onDate }),
    check: (outcome) => {
      if (outcome.kind === "resolved") expect(outcome.value).toMatchObject({ location, id: expect.any(String) });
    },
  },
];

const cloud: FuzzedCloud = {
  secret: "dop_v1_0123456789abcdef",
  longestAnswer: 50_000,
  refusal: (status) => ({ id: "refused", message: `refused with ${status}`, request_id: "1" }),
  answer: soundAnswer,
  calls,
  open: async (server) => async () => {
    const options = { maxBodyBytes: cloud.longestAnswer, maxPages };
    return new DigitalOceanBackend(new DigitalOceanClient({ token: cloud.secret, apiUrl: server.url }, options));
  },
};

it(`answers-1: ${FUZZ_ANSWERS} answers of any kind lose, delete and tell nothing`, {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  await fuzzAnswers(cloud);
});

interface Listing {
  readonly own: readonly Snapshot[];
  readonly others: readonly string[];
}

async function listAll(...[backend, onDate]: Parameters<FuzzedCall["call"]>): Promise<Listing> {
  const others: string[] = [];
  const request = { location, labels, onOther: (diskId: string): void => void others.push(diskId) };
  return { own: await Array.fromAsync(backend.listSnapshots(request, { onDate })), others };
}

/** A list that ends has all that was on its pages, each of which was understood. */
function checkList(outcome: Outcome, exchanges: readonly Exchange[]): void {
  if (outcome.kind === "rejected") return;
  const { own, others } = outcome.value as Listing;
  const pages = exchanges.filter(({ url }) => url.pathname === "/v2/snapshots");
  const shown = pages.flatMap(({ answer }) => {
    const { snapshots } = (answer.readable ?? {}) as { snapshots?: unknown };
    if (answer.status > 299 || !Array.isArray(snapshots)) throw new Error("a list ended whole without a page of it");
    return snapshots.filter((item) => item?.resource_type !== "droplet");
  });
  expect(own.length + others.length).toBe(shown.length);
  for (const snapshot of own) assertSnapshot(snapshot);
  for (const [index, item] of shown.entries()) {
    if (!Array.isArray(item.tags) && item.tags !== null) expect(own.map(({ id }) => id)).toContain(shown[index].id);
  }
}

/** One request at most, whose outcome is in doubt unless it was refused. */
function checkChange(outcome: Outcome, exchanges: readonly Exchange[], path: string): void {
  const changes = exchanges.filter(({ method, url }) => method === "POST" && url.pathname === path);
  expect(changes.length).toBeLessThanOrEqual(1);
  const [change] = changes;
  if (outcome.kind === "resolved" || !change || change !== exchanges.at(-1) || change.answer.status > 299) return;
  expect((outcome.error as BackendError).outcome).toBe("unknown");
}

function isUntaggingOfHold({ url, body }: AskedRequest): boolean {
  const [, tag = ""] = /^\/v2\/tags\/([^/]+)\/resources$/.exec(url.pathname) ?? [];
  const { resources } = JSON.parse(body || "{}") as { resources?: unknown };
  expect(resources).toEqual([{ resource_id: snapshotId, resource_type: "volume_snapshot" }]);
  return spells(decodeURIComponent(tag), HOLD_LABEL);
}

function soundAnswer({ method, url, body }: AskedRequest): SoundAnswer {
  const path = url.pathname.replace(/^\/v2/, "");
  const ok = (answer: unknown): SoundAnswer => ({ status: method === "POST" ? 201 : 200, body: answer });
  const snapshot = snapshotOf(snapshotId);
  if (method === "GET" && path === "/snapshots") return ok(pageOfSnapshots(Number(url.searchParams.get("page"))));
  if (path === "/tags") return ok(method === "POST" ? { tag: JSON.parse(body) } : { tags: [], meta: { total: 0 } });
  if (url.searchParams.get("name") === "endless") {
    const page = Number(url.searchParams.get("page")) + 1;
    const links = { pages: { next: `https://api.digitalocean.com/v2/volumes?page=${page}` } };
    return ok({ volumes: [{ ...volume, name: `endless-${page}` }], links, meta: { total: 1_000 } });
  }
  if (path === "/volumes") {
    return ok(method === "POST" ? { volume } : { volumes: [volume], links: {}, meta: { total: 1 } });
  }
  if (path === `/volumes/${disk.id}/snapshots`) {
    return ok(method === "POST" ? { snapshot } : { snapshots: [snapshot], links: {}, meta: { total: 1 } });
  }
  if (method === "GET" && path === `/volumes/snapshots/${snapshotId}`) return ok({ snapshot });
  if (method === "DELETE" || path.endsWith("/resources")) return { status: 204, body: undefined };
  return { status: 404, body: { id: "not_found", message: "there is no such thing" } };
}

const volume = {
  id: disk.id,
  name: "data",
  region: { slug: "fra1" },
  size_gigabytes: 10,
  tags: ["created-by:k8s-snapshots"],
};

function snapshotOf(id: string, tags: readonly string[] = ["created-by:k8s-snapshots", "k8s-snapshots_hold:true"]) {
  return {
    id,
    name: `data-${id}`,
    created_at: "2026-11-24T00:00:00Z",
    regions: ["fra1"],
    resource_id: disk.id,
    resource_type: "volume",
    min_disk_size: 10,
    size_gigabytes: 1.5,
    tags,
  };
}

/** Three pages, on which some are others'. */
function pageOfSnapshots(page: number): unknown {
  const next = `https://api.digitalocean.com/v2/snapshots?page=${page + 1}&per_page=200&resource_type=volume`;
  const snapshots = [snapshotOf(`a-${page}`), snapshotOf(`b-${page}`, ["by:hand"])];
  return { snapshots, links: page < 3 ? { pages: { next } } : {}, meta: { total: 6 } };
}
