import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";

const LOOK_MS = 100;

/** What the controller of Kubernetes does that binds claims to the volumes that they name, until the signal fires. */
export function bindClaims(cluster: KubernetesEmulator, signal: AbortSignal): void {
  const timer = setInterval(() => bindAll(cluster), LOOK_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

function bindAll({ store }: KubernetesEmulator): void {
  for (const { metadata, spec, status } of store.list("persistentvolumeclaims")) {
    const { volumeName: name } = spec as { volumeName?: string };
    const isPending = (status as { phase?: string } | undefined)?.phase === "Pending";
    if (!isPending || name === undefined || !store.has("persistentvolumes", { name })) continue;
    const { spec: volume } = store.get("persistentvolumes", { name }) as { spec?: { claimRef?: { name: string } } };
    if (volume?.claimRef?.name !== metadata.name) continue;
    store.patch("persistentvolumes", { name }, { spec: { claimRef: { uid: metadata.uid } } });
    store.patchStatus("persistentvolumes", { name }, { phase: "Bound" });
    store.patchStatus("persistentvolumeclaims", metadata, { phase: "Bound" });
  }
}
