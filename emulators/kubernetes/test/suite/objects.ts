/** Objects that both servers take. */
export function volume(name: string, extra: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, ...extra },
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/x" } },
  };
}

export function claim(name: string): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
}

export function configMap(name: string, labels: Record<string, string> = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels } };
}

export function lease(name: string, holderIdentity: string, resourceVersion?: string): object {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec: { holderIdentity, leaseDurationSeconds: 15, renewTime: "2026-11-23T21:10:00.123456Z" },
  };
}

/** The schema of {@link widgetDefinition}. */
export const widgetSchema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "string", minLength: 2 },
        color: { type: "string", default: "red", enum: ["red", "blue"] },
        count: { type: "integer", minimum: 1 },
        tags: { type: "array", items: { type: "string" } },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
    status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};

/** A CustomResourceDefinition with a schema, columns and a status subresource. */
export function widgetDefinition(group: string): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget", shortNames: ["wi"] },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: widgetSchema },
          additionalPrinterColumns: [
            { name: "Size", type: "string", jsonPath: ".spec.size" },
            { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
            { name: "Count", type: "integer", jsonPath: ".spec.count", priority: 1 },
            { name: "Last", type: "date", jsonPath: ".status.last" },
            { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
          ],
        },
      ],
    },
  };
}
