import { eventFields, newerEventFields, prepareEvent, validateEvent } from "./event-rules.ts";
import { eventFromStored, eventToStored } from "./event-version.ts";
import { ageOf } from "./human-duration.ts";
import { type KubernetesObject, textAt } from "./kubernetes-object.ts";
import { defineResource, type ResourceDefinition } from "./resource-definition.ts";
import type { TableColumn } from "./table-column.ts";

/** @see {@link https://github.com/kubernetes/kubernetes/blob/master/pkg/printers/internalversion/printers.go} */
const columns: readonly TableColumn[] = [
  { name: "Last Seen", type: "string", cell: lastSeen },
  { name: "Type", type: "string", cell: (event) => textAt(event, "type") },
  { name: "Reason", type: "string", cell: (event) => textAt(event, "reason") },
  { name: "Object", type: "string", cell: involvedObject },
  { name: "Subobject", type: "string", priority: 1, cell: (event) => textAt(event, "involvedObject.fieldPath") },
  { name: "Source", type: "string", priority: 1, cell: source },
  { name: "Message", type: "string", cell: (event) => textAt(event, "message").trim() },
  { name: "First Seen", type: "string", priority: 1, cell: firstSeen },
  { name: "Count", type: "string", priority: 1, cell: (event) => Number(event["count"] ?? 1) },
  { name: "Name", type: "string", format: "name", priority: 1, cell: (event) => event.metadata.name },
];

/** `events` of the core group, which is also the form in which they are stored. */
export const events: ResourceDefinition = defineResource({
  group: "",
  version: "v1",
  plural: "events",
  kind: "Event",
  shortNames: ["ev"],
  namespaced: true,
  createOnUpdate: true,
  columns,
  selectableFields: eventFields,
  prepare: prepareEvent,
  validate: validateEvent,
});

/** `events.events.k8s.io`: the same events, in their newer form. */
export const newerEvents: ResourceDefinition = {
  ...events,
  group: "events.k8s.io",
  selectableFields: newerEventFields,
  fromStored: eventFromStored,
  toStored: eventToStored,
};

function lastSeen(event: KubernetesObject, now: number): string {
  const series = textAt(event, "series.lastObservedTime");
  return ageOf(series || event["lastTimestamp"] || event["eventTime"], now);
}

function firstSeen(event: KubernetesObject, now: number): string {
  return ageOf(event["firstTimestamp"] || event["eventTime"], now);
}

function involvedObject(event: KubernetesObject): string {
  return `${textAt(event, "involvedObject.kind").toLowerCase()}/${textAt(event, "involvedObject.name")}`;
}

function source(event: KubernetesObject): string {
  const component = textAt(event, "source.component") || textAt(event, "reportingComponent");
  const host = textAt(event, "source.host") || textAt(event, "reportingInstance");
  return host === "" ? component : `${component}, ${host}`;
}
