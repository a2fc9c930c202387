import { describeBackendConformance } from "@k8s-snapshots/backend-api/conformance";
import { describe, it } from "vitest";
import { AcmeBackend, manifest } from "./acme-backend.ts";
import { FakeAcme } from "./fake-acme.ts";

describeBackendConformance(
  { describe, it },
  {
    manifest,
    capabilities: { restore: false, listLagMs: 0 },
    async open() {
      const acme = new FakeAcme();
      return { backend: new AcmeBackend(acme), acme };
    },
    createDisk: async ({ acme }) => ({ location: "acme", id: acme.addVolume() }),
    volumeFor: (_, disk) => ({
      metadata: { name: "data" },
      spec: { csi: { driver: "csi.acme.example", volumeHandle: disk.id } },
    }),
    specFor: (_, disk) => ({ volume: disk.id }),
    unknownLocation: "emca",
    missingDisk: () => ({ location: "acme", id: "volume-0" }),
    missingSnapshot: () => ({ location: "acme", id: "snapshot-0" }),
    pageSize: FakeAcme.pageSize,
    failSecondPage: async ({ acme }) => acme.failAt({ page: 2, status: 500 }),
    takesTokens: true,
    refusals: ["throttled", "unavailable", "forbidden"],
    async refuseNext({ acme }, code) {
      acme.failAt({ status: { throttled: 429, forbidden: 403 }[code as string] ?? 500 });
    },
    lock: async ({ acme }) => acme.failAt({ status: 423 }),
    garble: async ({ acme }, { id }) => acme.setStatus("archiving", id),
    loseNextAnswer: async ({ acme }) => acme.failAt({ status: 504, done: true }),
    keepPending: async ({ acme }) => acme.setStatus("creating"),
    async finish({ acme }, snapshot, state) {
      acme.setStatus(state === "ready" ? "available" : "error", snapshot.id);
    },
  },
);
