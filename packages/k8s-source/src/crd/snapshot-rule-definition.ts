import type { CustomResourceDefinition } from "./custom-resource-definition.ts";
import { snapshotRuleSchema } from "./snapshot-rule-schema.ts";

/** The CustomResourceDefinition of SnapshotRules, `apiextensions.k8s.io/v1`: the one source of truth. */
export const snapshotRuleDefinition: CustomResourceDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "snapshotrules.k8s-snapshots.elsdoerfer.com" },
  spec: {
    group: "k8s-snapshots.elsdoerfer.com",
    scope: "Namespaced",
    names: {
      plural: "snapshotrules",
      singular: "snapshotrule",
      kind: "SnapshotRule",
      listKind: "SnapshotRuleList",
      shortNames: ["sr"],
    },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          {
            name: "Ready",
            type: "string",
            description: "Whether the rule works",
            jsonPath: '.status.conditions[?(@.type=="Ready")].status',
          },
          {
            name: "Reason",
            type: "string",
            description: "Why it works, or does not",
            jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
          },
          {
            name: "Claim or Disk",
            type: "string",
            description: "What snapshots are taken of",
            // The first of them that is there.
            jsonPath: ".spec['persistentVolumeClaim','persistentVolume','disk']",
          },
          {
            name: "Deltas",
            type: "string",
            description: "How often, and how long they are kept",
            jsonPath: ".spec.deltas",
          },
          {
            name: "Last",
            type: "date",
            description: "Age of the newest ready snapshot",
            jsonPath: ".status.lastSnapshotTime",
          },
          {
            name: "Next",
            // Not `date`: kubectl shows a date as an age, and one to come as <invalid>.
            type: "string",
            description: "When the next snapshot is due, if that is to come",
            jsonPath: ".status.nextSnapshotTime",
          },
          {
            name: "Kept",
            type: "integer",
            description: "How many ready snapshots there are",
            jsonPath: ".status.snapshotCount",
          },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        schema: { openAPIV3Schema: snapshotRuleSchema },
      },
    ],
  },
};

/** {@link snapshotRuleDefinition} as a manifest for `kubectl apply -f`. */
export async function printSnapshotRuleDefinition(): Promise<string> {
  const { stringify } = await import("./yaml-format.ts");
  return stringify(snapshotRuleDefinition, { lineWidth: 120, aliasDuplicateObjects: false });
}
