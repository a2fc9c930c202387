/** The Python daemon's definition of SnapshotRules, as today's API servers take what its README had people create. */
export const formerDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "snapshotrules.k8s-snapshots.elsdoerfer.com" },
  spec: {
    group: "k8s-snapshots.elsdoerfer.com",
    scope: "Namespaced",
    names: { plural: "snapshotrules", singular: "snapshotrule", kind: "SnapshotRule", shortNames: ["sr"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
