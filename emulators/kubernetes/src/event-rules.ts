import type { FieldFault } from "./field-fault.ts";
import { type KubernetesObject, textAt } from "./kubernetes-object.ts";

/** What `kubectl describe` and others select events by. */
export const eventFields: Readonly<Record<string, (event: KubernetesObject) => string>> = Object.fromEntries([
  ...["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map((field) => [
    `involvedObject.${field}`,
    (event: KubernetesObject) => textAt(event, `involvedObject.${field}`),
  ]),
  ...["reason", "reportingComponent", "type"].map((field) => [
    field,
    (event: KubernetesObject) => textAt(event, field),
  ]),
  ["source", (event: KubernetesObject) => textAt(event, "source.component") || textAt(event, "reportingComponent")],
]);

/** The same by the names of `events.k8s.io`; the older names are understood there too. */
export const newerEventFields: typeof eventFields = {
  ...eventFields,
  ...Object.fromEntries(
    Object.entries(eventFields).map(([field, read]) => [field.replace("involvedObject.", "regarding."), read]),
  ),
};

/** The fields that an event always shows. */
export function prepareEvent(draft: KubernetesObject): void {
  draft["source"] ??= {};
  draft["firstTimestamp"] ??= null;
  draft["lastTimestamp"] ??= null;
  draft["eventTime"] ??= null;
  draft["reportingComponent"] ??= "";
  draft["reportingInstance"] ??= "";
}

/**
 * An event lies in the namespace of the object that it is about; about a cluster-scoped one, in `default`. Events of
 * the newer kind, with an `eventTime`, may lie in `kube-system` too, and must say who reports what.
 *
 * @see {@link https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/events.go}
 */
export function validateEvent(event: KubernetesObject): FieldFault[] {
  const faults: FieldFault[] = [];
  const isNewer = event["eventTime"] !== null;
  const about = textAt(event, "involvedObject.namespace");
  const allowed = about !== "" ? [about] : isNewer ? ["default", "kube-system"] : ["default"];
  if (!allowed.includes(event.metadata.namespace ?? "")) {
    const message = `Invalid value: ${JSON.stringify(about)}: does not match event.namespace`;
    faults.push({ field: "involvedObject.namespace", reason: "FieldValueInvalid", message });
  }
  if (!isNewer) return faults;
  const missing = ["reportingComponent", "reportingInstance", "action", "reason"].filter((field) => !event[field]);
  return [
    ...faults,
    ...missing.map((field): FieldFault => ({ field, reason: "FieldValueRequired", message: "Required value" })),
  ];
}
