import { LONGEST_TEXT } from "../rules/longest-text.ts";
import { ruleOptions } from "../rules/rule-options.ts";
import type { JsonSchema } from "./custom-resource-definition.ts";

// A pattern cannot tell zero or nonsense such as P1W1W from a duration. It catches what people get wrong most: one
// duration alone, lower case, PT1D. Whatever it lets through, the rule's Ready condition says.
const AMOUNT = "[0-9]+([.,][0-9]+)?";
const DAYS = `(${AMOUNT}[YMWD])+`;
const TIME = `T(${AMOUNT}[HMS])+`;
const DURATION = `[+]?P(${DAYS}(${TIME})?|${TIME})`;

// Not `pattern`: the API server would answer with the pattern, and with nothing that helps.
const isDeltas: NonNullable<JsonSchema["x-kubernetes-validations"]> = [
  {
    rule: `self.matches(r'^\\s*${DURATION}(\\s+${DURATION})+\\s*$')`,
    message:
      "write at least two ISO 8601 durations with a space between, such as PT1H P1D P7D: in capitals, hours, " +
      "minutes and seconds after a T",
  },
];

const objectName: JsonSchema = { type: "string", minLength: 1, maxLength: 253 };

const spec: JsonSchema = {
  type: "object",
  description: "What to take snapshots of, how often, and how long to keep them.",
  required: ["deltas"],
  // The seed's definition had no schema, so manifests with further fields exist.
  "x-kubernetes-preserve-unknown-fields": true,
  "x-kubernetes-validations": [
    {
      rule: "[has(self.persistentVolumeClaim), has(self.persistentVolume), has(self.disk)].filter(named, named).size() == 1",
      message: "exactly one of persistentVolumeClaim, persistentVolume, or backend with disk is needed",
    },
    { rule: "!has(self.disk) || has(self.backend)", message: "disk needs backend beside it" },
  ],
  properties: {
    deltas: {
      type: "string",
      description:
        "ISO 8601 durations with spaces between, at least two: the first is the interval, each further one how long " +
        'snapshots at the interval before it are kept. "PT1H P1D P7D" is hourly for a day, then daily for a week.',
      maxLength: LONGEST_TEXT,
      "x-kubernetes-validations": isDeltas,
    },
    persistentVolumeClaim: {
      ...objectName,
      description:
        "Name of a PersistentVolumeClaim in this namespace; snapshots are taken of the volume it is bound to.",
    },
    persistentVolume: {
      ...objectName,
      description: "Name of a PersistentVolume. Only in namespaces that the operator of k8s-snapshots trusts.",
    },
    backend: {
      type: "string",
      description: "The storage system that disk is in: aws, google, digitalocean, or another backend's name.",
      minLength: 1,
      maxLength: 63,
    },
    disk: {
      type: "object",
      description:
        "The disk, in the fields that the backend documents; aws has region and volumeId. Only in namespaces that the " +
        "operator of k8s-snapshots trusts.",
      "x-kubernetes-preserve-unknown-fields": true,
    },
    ...optionFields(),
  },
};

function optionFields(): Record<string, JsonSchema> {
  const fields = Object.values(ruleOptions).flatMap(({ field }) => (field === undefined ? [] : [field]));
  return Object.fromEntries(fields.map(({ name, schema }) => [name, schema]));
}

const condition: JsonSchema = {
  type: "object",
  description: "One aspect of it.",
  required: ["type", "status", "lastTransitionTime", "reason", "message"],
  properties: {
    type: { type: "string", description: "Ready, Late, Stuck, ShrinkPending or LimitExceeded.", maxLength: 316 },
    status: { type: "string", description: "True, False or Unknown.", enum: ["True", "False", "Unknown"] },
    observedGeneration: {
      type: "integer",
      format: "int64",
      description: "metadata.generation that the condition is of.",
    },
    lastTransitionTime: { type: "string", format: "date-time", description: "When status last changed." },
    reason: { type: "string", description: "Why, in one word that programs may rely on.", maxLength: 1024 },
    message: { type: "string", description: "Why, in words for people.", maxLength: 32768 },
  },
};

const status: JsonSchema = {
  type: "object",
  description: "How the rule is doing. Written by the daemon.",
  "x-kubernetes-preserve-unknown-fields": true,
  properties: {
    observedGeneration: {
      type: "integer",
      format: "int64",
      description: "metadata.generation that this status is of.",
    },
    conditions: {
      type: "array",
      description: "Whether the rule works, whether it is late or stuck, whether snapshots are about to go, and why.",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["type"],
      items: condition,
    },
    lastSnapshotTime: { type: "string", format: "date-time", description: "When the newest ready snapshot was taken." },
    nextSnapshotTime: {
      type: "string",
      format: "date-time",
      description: "When the next snapshot is due, if that is to come.",
    },
    snapshotCount: { type: "integer", format: "int32", description: "How many ready snapshots there are." },
  },
};

/**
 * The schema of a SnapshotRule. Stricter than nothing, which the seed had, and no stricter than its manifests.
 *
 * @see {@link https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules}
 */
export const snapshotRuleSchema: JsonSchema = {
  type: "object",
  description: "Asks for snapshots of a claim's volume, a volume, or a disk that no volume stands for.",
  required: ["spec"],
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
    spec,
    status,
  },
};
