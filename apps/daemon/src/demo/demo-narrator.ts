import { describeKeepReason } from "@k8s-snapshots/retention";
import { explainRetention, type Scheduler, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Canvas } from "../drawing/style.ts";
import { describeDeletion } from "../observability/describe-deletion.ts";

/** Tells on a terminal what is taken, kept and expired, and why. */
export function createNarrator(
  output: NodeJS.WritableStream,
  { time }: Pick<Canvas, "time">,
): (event: SchedulerEvent, scheduler: Pick<Scheduler, "inspect">) => void {
  /** Names say when a snapshot was taken; events have ids. */
  const names = new Map<string, string>();
  const requested = new Map<string, string>();
  const nameOf = ({ id }: { readonly id: string }): string => names.get(id) ?? id;

  return (event, scheduler) => {
    if (!("disk" in event)) return;
    const { backend, disk } = event;
    const volume = (event.rule?.name ?? disk.id).padEnd(12);
    const say = (what: string, text: string): void => {
      output.write(`${time(Date.now()).slice(11, 19)}  ${volume} ${what.padEnd(8)} ${text}\n`);
    };
    switch (event.type) {
      case "snapshot.requested":
        requested.set(disk.id, event.name);
        return;
      case "snapshot.accepted":
        names.set(event.snapshot.id, requested.get(disk.id) ?? event.snapshot.id);
        return;
      case "snapshot.ready":
        return say("taken", nameOf(event.snapshot));
      case "snapshot.failed":
        return say("error", event.error.message);
      case "snapshot.expired":
        say("expired", `${nameOf(event.deletion)}: ${describeDeletion(event.deletion, nameOf)}`);
        names.delete(event.deletion.id);
        return;
      case "deletion.completed": {
        const known = scheduler.inspect(backend, disk);
        for (const { snapshot, reasons } of (known && explainRetention(known.state, known.present))?.kept ?? []) {
          say("kept", `${nameOf(snapshot)}: ${reasons.map(describeKeepReason).join("; ")}`);
        }
      }
    }
  };
}
