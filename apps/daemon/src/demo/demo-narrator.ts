import type { Snapshot } from "@k8s-snapshots/backend-api";
import { describeKeepReason } from "@k8s-snapshots/retention";
import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import { whyDeleted } from "../observability/log-scheduler-events.ts";

/** Tells on a terminal what is taken, kept and expired, and why. */
export function createNarrator(output: NodeJS.WritableStream): (event: SchedulerEvent) => void {
  return (event) => {
    if (!("disk" in event)) return;
    const volume = (event.rule?.name ?? event.disk.id).padEnd(12);
    const say = (what: string, text: string): void => {
      output.write(`${new Date().toISOString().slice(11, 19)}  ${volume} ${what.padEnd(8)} ${text}\n`);
    };
    switch (event.type) {
      case "snapshot.created":
        return say("taken", event.snapshot.name ?? event.snapshot.id);
      case "snapshot.error":
        return say("error", event.error.message);
      case "expire.kept":
        for (const { snapshot, reasons } of event.kept) {
          say("kept", `${nameOf(snapshot)}: ${reasons.map(describeKeepReason).join("; ")}`);
        }
        return;
      case "snapshot.expired":
        return say("expired", `${nameOf(event.deletion.snapshot)}: ${whyDeleted(event.deletion, nameOf)}`);
    }
  };
}

function nameOf({ name, id }: Snapshot): string {
  return name ?? id;
}
