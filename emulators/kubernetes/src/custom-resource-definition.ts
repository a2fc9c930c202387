import type { FieldFault } from "./field-fault.ts";
import { apiTimestamp, type JsonObject, type KubernetesObject, objectAt, textAt } from "./kubernetes-object.ts";
import { defineResource, type ResourceDefinition } from "./resource-definition.ts";

/** `customresourcedefinitions.apiextensions.k8s.io` itself. */
export const customResourceDefinitions: ResourceDefinition = defineResource({
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  statusSubresource: true,
  countsGenerations: true,
  unconditionalUpdate: false,
  columns: [{ name: "Created At", type: "date", cell: (object) => object.metadata.creationTimestamp ?? "<unknown>" }],
  prepare: prepareDefinition,
  validate: validateDefinition,
});

/** The real server accepts the names a moment after the creation; here they are accepted with it. */
function prepareDefinition(draft: KubernetesObject): void {
  const spec = { ...objectAt(draft, "spec") };
  const kind = textAt(spec, "names.kind");
  const names = { singular: kind.toLowerCase(), listKind: `${kind}List`, ...objectAt(spec, "names") };
  const versions = Array.isArray(spec["versions"]) ? (spec["versions"] as JsonObject[]) : [];
  const storedVersions = versions.filter(({ storage }) => storage === true).map(({ name }) => name);
  draft["spec"] = { conversion: { strategy: "None" }, ...spec, names };
  draft["status"] = {
    conditions: [
      accepted("NamesAccepted", "NoConflicts", "no conflicts found"),
      accepted("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: names,
    storedVersions,
    ...objectAt(draft, "status"),
  };
}

function accepted(type: string, reason: string, message: string): JsonObject {
  return { type, status: "True", lastTransitionTime: apiTimestamp(), reason, message };
}

function validateDefinition(definition: KubernetesObject): FieldFault[] {
  const required = ["spec.group", "spec.scope", "spec.names.plural", "spec.names.kind"];
  const faults: FieldFault[] = required
    .filter((field) => textAt(definition, field) === "")
    .map((field) => ({ field, reason: "FieldValueRequired", message: "Required value" }));
  const expected = `${textAt(definition, "spec.names.plural")}.${textAt(definition, "spec.group")}`;
  const { name } = definition.metadata;
  if (faults.length === 0 && name !== expected) {
    const message = `Invalid value: ${JSON.stringify(name)}: must be spec.names.plural+"."+spec.group`;
    faults.push({ field: "metadata.name", reason: "FieldValueInvalid", message });
  }
  const versions = objectAt(definition, "spec")["versions"];
  const stored = Array.isArray(versions) ? versions.filter(({ storage }) => storage === true).length : 0;
  if (stored !== 1) {
    const message = `Invalid value: ${stored}: must have exactly one version marked as storage version`;
    faults.push({ field: "spec.versions", reason: "FieldValueInvalid", message });
  }
  return faults;
}
