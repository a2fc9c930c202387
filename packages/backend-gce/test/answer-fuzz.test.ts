import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AccessReport,
  type BackendError,
  HOLD_LABEL,
  hasLabels,
  type RestoredVolume,
  type Snapshot,
} from "@k8s-snapshots/backend-api";
import { expect, it, onTestFinished } from "vitest";
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
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { createComputeApi } from "../src/compute-client.ts";
import { GceBackend } from "../src/gce-backend.ts";
import { parseGceConfig } from "../src/gce-config.ts";

const project = "a-project";
const path = "/compute/v1/projects/a-project";
const labels = { "created-by": "k8s-snapshots" };
const disk = { location: project, id: "zones/europe-west1-b/disks/data/42" };
const snapshot = { id: "data-1", location: project };
const creation = { disk, name: "data", description: "", labels, idempotencyKey: "key" };
const parameters = { zone: "europe-west1-b" };
const restoration = { snapshot, name: "data", labels, idempotencyKey: "key", parameters };

const mostPages = 20;
const endless = "z-project";

const calls: readonly FuzzedCall[] = [
  { name: "list", call: listAll, check: checkList },
  {
    name: "list without end",
    call: (backend, onDate) => Array.fromAsync(backend.listSnapshots({ location: endless, labels }, { onDate })),
    check: ({ kind }, exchanges) => {
      expect(exchanges.length).toBeLessThanOrEqual(mostPages);
      const isWhole = exchanges.some(({ answer }) => !(answer.readable as { nextPageToken?: string })?.nextPageToken);
      if (!isWhole) expect(kind).toBe("rejected");
    },
  },
  {
    name: "create, and list",
    call: async (backend, onDate) => {
      const made = await backend.createSnapshot(creation, { onDate });
      assertSnapshot(made);
      expect(made).toMatchObject({ diskId: disk.id, location: project });
      return listAll(backend, onDate);
    },
    check: (outcome, exchanges) => {
      checkChange(outcome, exchanges, `${path}/global/snapshots`);
      checkList(outcome, exchanges);
    },
  },
  {
    name: "read",
    call: async (backend, onDate) => backend.readSnapshot?.(snapshot, { onDate }),
    check: (outcome) => {
      if (outcome.kind === "rejected" || outcome.value === undefined) return;
      assertSnapshot(outcome.value as Snapshot);
      expect(outcome.value).toMatchObject(snapshot);
    },
  },
  {
    name: "delete",
    call: (backend, onDate) => backend.deleteSnapshot(snapshot, { onDate }),
    mayDelete: ({ url }) => url.pathname === `${path}/global/snapshots/data-1`,
  },
  {
    name: "set labels",
    call: async (backend, onDate) => backend.setSnapshotLabels?.(snapshot, { [HOLD_LABEL]: "false" }, { onDate }),
    check: (_, exchanges) => {
      const [shown, set] = exchanges;
      if (set === undefined) return;
      const { labels: present = {} } = (shown?.answer.readable ?? {}) as { labels?: object };
      const { labels: sent } = JSON.parse(set.body) as { labels: object };
      expect(Object.keys(sent)).toEqual(expect.arrayContaining(Object.keys(present)));
    },
  },
  {
    name: "restore",
    call: async (backend, onDate) => backend.restoreSnapshot?.(restoration, { onDate }),
    check: (outcome, exchanges) => {
      checkChange(outcome, exchanges, `${path}/zones/europe-west1-b/disks`);
      if (outcome.kind === "resolved") expect((outcome.value as RestoredVolume).diskId).toMatch(/\/disks\/data\/\d+$/);
    },
  },
  {
    name: "check access",
    call: (backend, onDate) => backend.checkAccess(project, { onDate }),
    mayDelete: ({ url }) => url.pathname.startsWith(`${path}/global/snapshots/k8s-snapshots-check-`),
    check: (outcome) => {
      if (outcome.kind === "resolved") assertReport(outcome.value as AccessReport, cloud.secret);
    },
  },
  {
    name: "disk of a volume",
    call: (backend, onDate) => backend.diskForVolume(volume, { onDate }),
    check: checkDisk,
  },
  {
    name: "disk of a spec",
    call: (backend, onDate) => backend.diskForSpec({ name: "data", zone: "europe-west1-b" }, { onDate }),
    check: checkDisk,
  },
];

const cloud: FuzzedCloud = {
  secret: "ya29.a0-0123456789abcdef",
  longestAnswer: 32 * 1024 * 1024,
  refusal: (status) => ({
    error: { code: status, message: `refused with ${status}`, errors: [{ reason: reasons[status] ?? "unknown" }] },
  }),
  answer: soundAnswer,
  calls,
  open: async (server) => {
    const config = parseGceConfig({
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: server.url,
      GCLOUD_PROJECT: project,
      GCLOUD_CREDENTIALS_FILE: JSON.stringify(await credentials()),
      METADATA_SERVER_DETECTION: "none",
    });
    const api = await createComputeApi(config);
    return async () =>
      new GceBackend(config, { open: async () => api, limits: { mostPages }, wait: async () => undefined });
  },
};

it(`answers-1: ${FUZZ_ANSWERS} answers of any kind lose, delete and tell nothing`, {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  await fuzzAnswers(cloud);
});

async function listAll(...[backend, onDate]: Parameters<FuzzedCall["call"]>): Promise<readonly Snapshot[]> {
  return Array.fromAsync(backend.listSnapshots({ location: project, labels }, { onDate }));
}

/** A list that ends has all of ours that was on its pages, each of which was understood. */
function checkList(outcome: Outcome, exchanges: readonly Exchange[]): void {
  if (outcome.kind === "rejected") return;
  const listed = outcome.value as readonly Snapshot[];
  for (const each of listed) assertSnapshot(each);
  const pages = exchanges.filter(({ method, url }) => method === "GET" && url.pathname === `${path}/global/snapshots`);
  const shown = pages.flatMap(({ answer }) => {
    const { kind, items = [] } = (answer.readable ?? {}) as { kind?: unknown; items?: unknown };
    if (answer.status > 299 || kind !== "compute#snapshotList") throw new Error("a list ended whole without a page");
    return (items ?? []) as readonly Record<string, unknown>[];
  });
  for (const item of shown) {
    const isReadable = isTexts(item["labels"]);
    if (isReadable && !hasLabels({ labels: item["labels"] as Record<string, string> }, labels)) continue;
    const found = listed.filter(({ id }) => id === item["name"]);
    expect(found, JSON.stringify(item)).not.toEqual([]);
    if (!isReadable || item["status"] !== "READY")
      expect(found.map(({ state }) => state)).toContainEqual(expect.not.stringMatching("ready"));
  }
}

function isTexts(value: unknown): boolean {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every((each) => typeof each === "string");
}

/** An outcome is in doubt unless it was refused, or the operation says that it failed. */
function checkChange(outcome: Outcome, exchanges: readonly Exchange[], collection: string): void {
  const changes = exchanges.filter(({ method, url }) => method === "POST" && url.pathname === collection);
  expect(changes.length).toBeLessThanOrEqual(2);
  const change = changes.at(-1);
  if (outcome.kind === "resolved" || !change || change !== exchanges.at(-1) || change.answer.status > 299) return;
  const { error, targetId } = (change.answer.readable ?? {}) as { error?: unknown; targetId?: unknown };
  // Made of another disk, which now bears the name: that is no doubt either.
  if (error === undefined && targetId === "42") expect((outcome.error as BackendError).outcome).toBe("unknown");
}

function checkDisk(outcome: Outcome): void {
  if (outcome.kind === "rejected") return;
  expect(outcome.value).toMatchObject({
    location: project,
    id: expect.stringMatching(/^zones\/europe-west1-b\/disks\/data\/\d+$/),
  });
}

const volume = {
  metadata: { name: "pv" },
  spec: {
    csi: {
      driver: "pd.csi.storage.gke.io",
      volumeHandle: "projects/a-project/zones/europe-west1-b/disks/data",
    },
  },
};

const reasons: Readonly<Record<number, string>> = {
  403: "forbidden",
  404: "notFound",
  409: "alreadyExists",
  412: "conditionNotMet",
};

function soundAnswer({ method, url, body }: AskedRequest): SoundAnswer {
  const asked = decodeURIComponent(url.pathname).slice(path.length);
  const ok = (answer: unknown): SoundAnswer => ({ status: 200, body: answer });
  if (url.pathname.includes(endless)) {
    const nextPageToken = String(Number(url.searchParams.get("pageToken")) + 1);
    return ok({ kind: "compute#snapshotList", items: [snapshotOf(`a-${nextPageToken}`)], nextPageToken });
  }
  if (method === "GET" && asked === "/global/snapshots") return ok(pageOfSnapshots(url.searchParams.get("pageToken")));
  if (method === "GET" && asked === "/global/operations") {
    return ok({ kind: "compute#operationList", items: [operationOf("data", "")] });
  }
  if (method === "GET" && asked.startsWith("/global/snapshots/")) return ok(snapshotOf(asked.split("/").at(-1) ?? ""));
  if (method === "GET" && asked.includes("/disks/")) return ok({ kind: "compute#disk", id: "42", name: "data" });
  const { requestId = "" } = JSON.parse(body || "{}") as { requestId?: string };
  return ok(operationOf("data", requestId));
}

function operationOf(name: string, clientOperationId: string) {
  return {
    kind: "compute#operation",
    id: "7",
    name: `operation-${name}`,
    clientOperationId,
    status: "RUNNING",
    insertTime: "2026-11-24T00:00:00.000-08:00",
    targetLink: `https://www.googleapis.com/compute/v1/projects/a-project/zones/europe-west1-b/disks/${name}`,
    targetId: "42",
  };
}

function snapshotOf(name: string) {
  return {
    kind: "compute#snapshot",
    id: "9",
    name,
    sourceDisk: "https://www.googleapis.com/compute/v1/projects/a-project/zones/europe-west1-b/disks/data",
    sourceDiskId: "42",
    creationTimestamp: "2026-11-24T00:00:00.000-08:00",
    status: "READY",
    storageBytes: "1024",
    labels: { "created-by": "k8s-snapshots", "k8s-snapshots_hold": "true" },
    labelFingerprint: "42WmSpB8rSM=",
  };
}

/** Three pages, the second of which is empty. */
function pageOfSnapshots(token: string | null): unknown {
  const page = Number(token ?? 1);
  const items =
    page === 2 ? {} : { items: [snapshotOf(`a-${page}`), { ...snapshotOf(`b-${page}`), status: "FAILED" }] };
  return { kind: "compute#snapshotList", id: "x", ...items, ...(page < 3 ? { nextPageToken: String(page + 1) } : {}) };
}

/** Those of a workload, exchanged for the secret at a token server. */
async function credentials(): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), "gce-fuzz-"));
  onTestFinished(() => removeFolder(folder));
  await writeFile(join(folder, "subject-token"), "subject");
  const token = { access_token: cloud.secret, expires_in: 36_000, token_type: "Bearer", issued_token_type: "x" };
  const tokens = await startLoopbackServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(token));
  });
  return {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${tokens.url}/token`,
    credential_source: { file: join(folder, "subject-token") },
  };
}
