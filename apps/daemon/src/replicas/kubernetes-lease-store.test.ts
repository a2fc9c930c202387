import { type KubernetesEmulator, type ObjectDraft, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { createKubernetesClient, Leases } from "@k8s-snapshots/k8s-source";
import { LeaseConflict, type LeaseStore, type LeaseView, locationKey } from "@k8s-snapshots/scheduler";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLeaseStore, GROUP_LABEL } from "./kubernetes-lease-store.ts";

const group = "k8s-snapshots";
const key = locationKey({ backend: "aws", location: "eu-west-1" });
const { signal } = new AbortController();

describe("Leases in Kubernetes", () => {
  let kubernetes: KubernetesEmulator;
  let store: LeaseStore;
  let end: AbortController;
  let view: LeaseView | undefined;

  beforeEach(async () => {
    kubernetes = await startKubernetesEmulator();
    const client = createKubernetesClient({ server: kubernetes.url, credentials: async () => ({ headers: {} }) });
    const labelSelector = `${GROUP_LABEL}=${group}`;
    const leases = new Leases({ client, namespace: "default", labelSelector });
    store = createLeaseStore({ leases, group });
    end = new AbortController();
    view = undefined;
    void store.watch((seen) => {
      view = seen;
    }, end.signal);
  });

  afterEach(async () => {
    end.abort();
    await kubernetes.close();
  });

  const names = (): string[] =>
    kubernetes.store.list("leases.coordination.k8s.io").map(({ metadata }) => metadata.name);

  it("a member's Lease is seen by all, with what it could serve", async () => {
    await store.createMember({ member: "a", loads: { [key]: 7 } }, signal);
    await vi.waitFor(() => expect(view?.members.get("a")?.loads).toEqual({ [key]: 7 }));
    await store.renewMember({ member: "a", loads: { [key]: 7 } }, signal);
    const { version } = view?.members.get("a") ?? {};
    await vi.waitFor(() => expect(view?.members.get("a")?.version).not.toBe(version));
    expect(view?.members.get("a")?.loads).toEqual({ [key]: 7 });
    await store.renewMember({ member: "a", loads: {} }, signal);
    await vi.waitFor(() => expect(view?.members.get("a")?.loads).toEqual({}));
    expect(names()).toEqual(["k8s-snapshots-member-a"]);
  });

  it("a member that was removed cannot renew its Lease", async () => {
    await store.createMember({ member: "a", loads: {} }, signal);
    await expect(store.createMember({ member: "a", loads: {} }, signal)).rejects.toThrow(LeaseConflict);
    await store.removeMember("a", undefined, signal);
    await expect(store.renewMember({ member: "a", loads: {} }, signal)).rejects.toThrow(LeaseConflict);
    await expect(store.removeMember("a", undefined, signal)).rejects.toThrow(LeaseConflict);
    await vi.waitFor(() => expect(view?.members.size).toBe(0));
  });

  it("the API server decides between a renewal and a removal", async () => {
    await store.createMember({ member: "a", loads: {} }, signal);
    await vi.waitFor(() => expect(view?.members.has("a")).toBe(true));
    const { version } = view?.members.get("a") ?? {};
    await store.renewMember({ member: "a", loads: {} }, signal);
    await expect(store.removeMember("a", version, signal)).rejects.toThrow(LeaseConflict);
    await vi.waitFor(() => expect(view?.members.get("a")?.version).not.toBe(version));
    await store.removeMember("a", view?.members.get("a")?.version, signal);
    await vi.waitFor(() => expect(view?.members.size).toBe(0));
  });

  it("a location is given to one of two that want it", async () => {
    const first = await store.assignLocation(key, "a", undefined, signal);
    expect(first).toMatchObject({ key, holder: "a" });
    await expect(store.assignLocation(key, "b", undefined, signal)).rejects.toThrow(LeaseConflict);
    const second = await store.assignLocation(key, "b", first.version, signal);
    await expect(store.assignLocation(key, "c", first.version, signal)).rejects.toThrow(LeaseConflict);
    await vi.waitFor(() => expect(view?.locations.get(key)).toEqual({ key, holder: "b", version: second.version }));
    expect(names()[0]).toMatch(/^k8s-snapshots-aws-eu-west-1-[0-9a-f]{8}$/);
  });

  it("locations of any name have Leases of their own", async () => {
    const locations = ["", "/data", "/Data", "eu-west-1a", "eu west 1a", "é".repeat(300)];
    for (const location of locations) {
      await store.assignLocation(locationKey({ backend: "local", location }), "a", undefined, signal);
    }
    await vi.waitFor(() => expect(view?.locations.size).toBe(locations.length));
    expect([...(view?.locations.keys() ?? [])].map((one) => JSON.parse(one)[1]).sort()).toEqual(locations.sort());
  });

  it("what somebody wrote into a Lease does no harm", async () => {
    const lease = (name: string, loads: string, holderIdentity?: string): ObjectDraft => ({
      metadata: { name, labels: { [GROUP_LABEL]: group }, annotations: { "k8s-snapshots/loads": loads } },
      spec: { ...(holderIdentity && { holderIdentity }) },
    });
    kubernetes.store.create("leases.coordination.k8s.io", lease("k8s-snapshots-member-a", "no JSON", "a"));
    kubernetes.store.create(
      "leases.coordination.k8s.io",
      lease("k8s-snapshots-member-b", '{"x":"y","z":-1,"v":2}', "b"),
    );
    kubernetes.store.create("leases.coordination.k8s.io", lease("k8s-snapshots-member-c", "{}"));
    kubernetes.store.create("leases.coordination.k8s.io", lease("another-name", "{}", "d"));
    await vi.waitFor(() => expect(view?.members.size).toBe(2));
    expect([...(view?.members.values() ?? [])].map(({ member, loads }) => [member, loads])).toEqual([
      ["a", {}],
      ["b", { v: 2 }],
    ]);
  });

  it("Leases of others in the namespace are not seen", async () => {
    kubernetes.store.create("leases.coordination.k8s.io", {
      metadata: { name: "kube-scheduler" },
      spec: { holderIdentity: "x" },
    });
    await store.createMember({ member: "a", loads: {} }, signal);
    await vi.waitFor(() => expect(view?.members.size).toBe(1));
    expect(view?.locations.size).toBe(0);
  });
});
