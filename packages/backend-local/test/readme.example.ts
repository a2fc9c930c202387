import { createBackend } from "@k8s-snapshots/backend-local";

export async function countSnapshots(snapshotDirectory: string): Promise<number> {
  const backend = await createBackend({ environment: { LOCAL_SNAPSHOT_DIRECTORY: snapshotDirectory } });
  const labels = { "created-by": "k8s-snapshots" };
  const snapshots = await Array.fromAsync(backend.listSnapshots({ location: "local", labels }));
  await backend.close?.();
  return snapshots.length;
}
