import type { SnapshotBackend } from "@k8s-snapshots/backend-api";

/** The backend with some of its methods replaced; the others stay its own. */
export function decorate(backend: SnapshotBackend, overrides: Partial<SnapshotBackend>): SnapshotBackend {
  const { readSnapshot, setSnapshotLabels, restoreSnapshot, close } = backend;
  return {
    apiVersion: backend.apiVersion,
    name: backend.name,
    capabilities: backend.capabilities,
    diskForVolume: (volume, options) => backend.diskForVolume(volume, options),
    diskForSpec: (spec, options) => backend.diskForSpec(spec, options),
    listSnapshots: (request, options) => backend.listSnapshots(request, options),
    createSnapshot: (request, options) => backend.createSnapshot(request, options),
    deleteSnapshot: (snapshot, options) => backend.deleteSnapshot(snapshot, options),
    checkAccess: (location, options) => backend.checkAccess(location, options),
    ...(readSnapshot && { readSnapshot: readSnapshot.bind(backend) }),
    ...(setSnapshotLabels && { setSnapshotLabels: setSnapshotLabels.bind(backend) }),
    ...(restoreSnapshot && { restoreSnapshot: restoreSnapshot.bind(backend) }),
    ...(close && { close: close.bind(backend) }),
    ...overrides,
  };
}
