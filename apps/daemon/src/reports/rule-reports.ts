import type { BackendError } from "@k8s-snapshots/backend-api";
import type { EventRecorder, ObjectIdentity, StatusWriter } from "@k8s-snapshots/k8s-source";
import {
  diskKey,
  type LocationContext,
  locationKey,
  locationKeyOf,
  type Rule,
  type Scheduler,
  type SchedulerEvent,
} from "@k8s-snapshots/scheduler";
import type { AccountNeed } from "../account-limits/account-need.ts";
import type { ReportDuty } from "../replicas/report-duty.ts";
import type { Finding, ResolvedChanges, ResolvedRule } from "../rules/resolved-rule.ts";
import { eventOfFinding, eventOfWarnings, eventsOf, eventsOfDeferrals } from "./rule-events.ts";
import { ruleStatus } from "./rule-status.ts";

/** What {@link RuleReports} needs. */
export interface RuleReportsOptions {
  readonly events: Pick<EventRecorder, "record">;
  readonly statuses: Pick<StatusWriter, "update" | "forget">;
  readonly scheduler: Pick<Scheduler, "inspect">;

  /** Of what another replica speaks, this one says nothing. */
  readonly duty: Pick<ReportDuty, "speaksFor">;
}

type LocationEvent = Exclude<SchedulerEvent, { readonly disk: unknown }>;
type DiskEvent = Extract<SchedulerEvent, { readonly disk: unknown }>;

/** Tells the objects that ask for snapshots what became of it: Events on each, the status of SnapshotRules. */
export class RuleReports {
  readonly #options: RuleReportsOptions;
  readonly #reported: Map<string, ResolvedRule> = new Map();
  readonly #errors: Map<string, BackendError> = new Map();
  readonly #locationErrors: Map<string, BackendError> = new Map();
  #needOf: (rule: Rule) => AccountNeed | undefined = () => undefined;

  constructor(options: RuleReportsOptions) {
    this.#options = options;
  }

  /** What is new about the objects that ask for snapshots. */
  onRules(changes: ResolvedChanges): void {
    for (const [id, { before, after }] of changes) {
      if (after?.rule === undefined) this.#errors.delete(id);
      if (before !== undefined && before.origin.uid !== after?.origin.uid) {
        this.#options.statuses.forget(before.origin.uid);
      }
      if (after === undefined) this.#reported.delete(id);
      else {
        this.#reported.set(id, after);
        this.#reportChange(id, after, before?.origin.uid === after.origin.uid ? before : undefined);
      }
    }
  }

  /** From now on the status of SnapshotRules says what their location's rules need, beside what its account allows. */
  compareLimits(needOf: (rule: Rule) => AccountNeed | undefined): void {
    this.#needOf = needOf;
  }

  /** The rules of a location begin to need more than its account allows, or stop to. */
  onLimits(location: LocationContext): void {
    for (const [id, reported] of this.#inLocation(location)) this.#updateStatus(id, reported);
  }

  /** What the scheduler does. */
  onSchedulerEvent(event: SchedulerEvent): void {
    if ("disk" in event) this.#onDisk(event);
    else this.#onLocation(event);
  }

  /** Why the rule's location could not be listed, or its last request failed; `undefined` since that worked. */
  errorOf(rule: Rule): BackendError | undefined {
    return this.#errors.get(rule.id) ?? this.#locationErrors.get(locationKeyOf(rule));
  }

  /** From now on it is this replica that speaks of objects without a disk. */
  takeOver(): void {
    for (const [id, reported] of this.#reported) {
      const { origin, rule, finding, warnings } = reported;
      if (rule !== undefined) continue;
      this.#say(origin, finding, warnings);
      this.#updateStatus(id, reported);
    }
  }

  /** Says again what still keeps objects from having snapshots: an API server forgets Events after an hour. */
  remind(): void {
    for (const [id, reported] of this.#reported) {
      const { origin, rule, finding, warnings } = reported;
      if (!this.#options.duty.speaksFor(rule)) continue;
      this.#say(origin, finding, warnings);
      const plan = rule && this.#options.scheduler.inspect(rule.backend, rule.disk)?.plan;
      for (const said of eventsOfDeferrals(plan?.deferrals ?? [])) this.#options.events.record(origin, said);
      // How late it is, in words, changes with time alone.
      if (plan?.readiness?.ready === false) this.#updateStatus(id, reported);
    }
  }

  #onDisk(event: DiskEvent): void {
    const id = event.rule?.id;
    const reported = id === undefined ? undefined : this.#reported.get(id);
    if (id === undefined || reported === undefined) return;
    if (event.type === "snapshot.failed") this.#errors.set(id, event.error);
    if (event.type === "snapshot.accepted" || event.type === "snapshot.ready") this.#errors.delete(id);
    if (!this.#options.duty.speaksFor(event.rule)) return;
    for (const said of eventsOf(event)) this.#options.events.record(reported.origin, said);
    this.#updateStatus(id, reported);
  }

  #reportChange(id: string, reported: ResolvedRule, before: ResolvedRule | undefined): void {
    const { origin, rule, finding, warnings } = reported;
    if (!this.#options.duty.speaksFor(rule)) return;
    const isSame =
      before?.finding?.reason === finding?.reason &&
      before?.finding?.message === finding?.message &&
      before?.warnings.join() === warnings.join();
    if (!isSame) this.#say(origin, finding, warnings);
    const isSameDisk = keyOf(before?.rule) === keyOf(rule);
    if (!isSame || !isSameDisk || before?.origin.generation !== origin.generation) this.#updateStatus(id, reported);
  }

  #say(origin: ObjectIdentity, finding: Finding | undefined, warnings: readonly string[]): void {
    const { events } = this.#options;
    if (finding !== undefined) events.record(origin, eventOfFinding(finding));
    else if (warnings.length > 0) events.record(origin, eventOfWarnings(warnings));
  }

  #onLocation(event: LocationEvent): void {
    if (event.type === "tenure.changed") this.#onTenure(event);
    if (event.type !== "location.listed" && event.type !== "location.failed") return;
    const key = locationKey(event);
    const before = this.#locationErrors.get(key);
    if (event.type === "location.listed") this.#locationErrors.delete(key);
    else this.#locationErrors.set(key, event.error);
    if (event.type === "location.listed" ? before === undefined : before?.code === event.error.code) return;
    for (const [id, reported] of this.#inLocation(event)) this.#updateStatus(id, reported);
  }

  /** What was odd before it was this replica that speaks of it. */
  #onTenure(event: Extract<LocationEvent, { readonly type: "tenure.changed" }>): void {
    if (event.tenure !== "owner") return;
    for (const [id, reported] of this.#inLocation(event)) {
      this.#say(reported.origin, reported.finding, reported.warnings);
      this.#updateStatus(id, reported);
    }
  }

  *#inLocation({ backend, location }: LocationContext): Generator<readonly [string, ResolvedRule]> {
    for (const [id, reported] of this.#reported) {
      const { rule } = reported;
      if (rule?.backend === backend && rule.disk.location === location) yield [id, reported];
    }
  }

  #updateStatus(id: string, { origin }: ResolvedRule): void {
    if (origin.kind !== "SnapshotRule") return;
    this.#options.statuses.update(origin, () => {
      const reported = this.#reported.get(id);
      if (reported?.origin.uid !== origin.uid) return undefined;
      const { rule, finding, warnings } = reported;
      if (!this.#options.duty.speaksFor(rule)) return undefined;
      const disk = rule && this.#options.scheduler.inspect(rule.backend, rule.disk);
      return ruleStatus(disk, { finding, error: rule && this.errorOf(rule), warnings }, rule && this.#needOf(rule));
    });
  }
}

/** Each set has new rule objects: their disk identifies them. */
function keyOf(rule: Rule | undefined): string | undefined {
  return rule && diskKey(rule.backend, rule.disk);
}
