import { isDeepStrictEqual } from "node:util";
import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { KubernetesApiError } from "../client/kubernetes-error.ts";
import type { Clock } from "../clock.ts";
import { type ObjectIdentity, SNAPSHOT_RULE_API_VERSION } from "../watch/kubernetes-objects.ts";
import type { WriteQueue } from "./write-queue.ts";

/** One aspect of a SnapshotRule. */
export interface RuleCondition {
  /** As `Ready`. */
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** In one word, which programs may rely on. */
  readonly reason: string;
  /** For people. The same as long as nothing changes: each new one is a write. */
  readonly message: string;
}

/** What a SnapshotRule's status is to say. */
export interface SnapshotRuleStatus {
  /** One of a type. Those of other types stay as they are: other programs write them. */
  readonly conditions: readonly RuleCondition[];

  /** When the newest ready snapshot was taken. */
  readonly lastSnapshotTime: Date | undefined;

  /** When the next one is due. */
  readonly nextSnapshotTime: Date | undefined;

  /** How many ready ones there are; `undefined` while it is not known. */
  readonly snapshotCount: number | undefined;
}

/** What {@link StatusWriter} needs. */
export interface StatusWriterOptions {
  readonly client: Pick<KubernetesClient, "request">;
  readonly queue: WriteQueue;
  readonly clock: Clock;
}

/** What has changed together is written together. */
const GATHER_MS = 2_000;

/** One rule's status is written no more often than this. */
const LEAST_GAP_MS = 10_000;

interface StoredCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

/** Keeps the status of SnapshotRules as it should be. Writes what differs, and nothing else. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #written: Map<string, { readonly at: number; readonly status: unknown }> = new Map();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /**
   * The status may have changed.
   *
   * @param read - is asked when it is written; `undefined`: it is none of ours any more
   */
  update(rule: ObjectIdentity, read: () => SnapshotRuleStatus | undefined): void {
    const { clock, queue } = this.#options;
    const written = this.#written.get(rule.uid);
    const notBefore = Math.max(clock.now() + GATHER_MS, (written?.at ?? 0) + LEAST_GAP_MS);
    const write = (signal: AbortSignal): Promise<boolean> => this.#write(rule, read, signal);
    queue.put(`status ${rule.uid}`, { write, namespace: rule.namespace, notBefore });
  }

  /** A rule that is not there any more. */
  forget(uid: string): void {
    this.#written.delete(uid);
  }

  async #write(
    rule: ObjectIdentity,
    read: () => SnapshotRuleStatus | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    const wanted = read();
    if (wanted === undefined) return false;
    const written = this.#written.get(rule.uid)?.status;
    try {
      const known = written ?? (await this.#patch(rule, {}, signal));
      const status = this.#statusOf(rule, wanted, known);
      if (says(known, status) && written !== undefined) return false;
      if (!says(known, status)) await this.#patch(rule, status, signal);
      this.#written.set(rule.uid, { at: this.#options.clock.now(), status });
    } catch (error) {
      if (!isOfAnother(error)) throw error;
    }
    return true;
  }

  #statusOf(rule: ObjectIdentity, wanted: SnapshotRuleStatus, known: unknown): Readonly<Record<string, unknown>> {
    const { conditions: stored = [] } = (known ?? {}) as { readonly conditions?: readonly StoredCondition[] };
    const ours = new Set(wanted.conditions.map(({ type }) => type));
    return {
      ...generationOf(rule),
      conditions: [
        ...stored.filter(({ type }) => !ours.has(type)),
        ...wanted.conditions.map((condition) => ({
          ...condition,
          lastTransitionTime: this.#transitionTime(condition, stored),
          ...generationOf(rule),
        })),
      ],
      lastSnapshotTime: wanted.lastSnapshotTime && timestamp(wanted.lastSnapshotTime),
      nextSnapshotTime: wanted.nextSnapshotTime && timestamp(wanted.nextSnapshotTime),
      snapshotCount: wanted.snapshotCount,
    };
  }

  #transitionTime({ type, status }: RuleCondition, stored: readonly StoredCondition[]): string {
    const before = stored.find((condition) => condition.type === type);
    return before?.status === status ? before.lastTransitionTime : timestamp(new Date(this.#options.clock.now()));
  }

  /** @returns the status that is there then; with an empty one, what is there: reading, without the right to */
  async #patch(rule: ObjectIdentity, status: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown> {
    const path = `/apis/${SNAPSHOT_RULE_API_VERSION}/namespaces/${rule.namespace}/snapshotrules/${rule.name}/status`;
    const contentType = "application/merge-patch+json";
    const fields = Object.entries(status).map(([field, value]) => [field, value ?? null] as const);
    const body = fields.length === 0 ? {} : { metadata: { uid: rule.uid }, status: Object.fromEntries(fields) };
    const answer = await this.#options.client.request({ method: "PATCH", path, contentType, body, signal });
    return (answer as { readonly status?: unknown }).status ?? {};
  }
}

function generationOf({ generation }: ObjectIdentity): { readonly observedGeneration?: number } {
  return generation === undefined ? {} : { observedGeneration: generation };
}

/** Whether all that the one says stands in the other. */
function says(known: unknown, status: Readonly<Record<string, unknown>>): boolean {
  const fields = (known ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(status).every(([field, value]) => isDeepStrictEqual(fields[field], value));
}

/** The rule is gone, or there is another one of its name. */
function isOfAnother(error: unknown): boolean {
  return error instanceof KubernetesApiError && (error.status === 404 || error.status === 409);
}

function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
