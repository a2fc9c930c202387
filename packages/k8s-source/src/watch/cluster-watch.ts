import type { KubernetesClient } from "../client/kubernetes-client.ts";
import type { Clock } from "../clock.ts";
import type { AnnotationKeys } from "../rules/rule-settings.ts";
import type { SourceEvent } from "../source-event.ts";
import {
  type ClaimObject,
  type ClusterObjects,
  type ObjectIdentity,
  SNAPSHOT_RULE_API_VERSION,
  type SnapshotRuleObject,
  type VolumeObject,
} from "./kubernetes-objects.ts";
import { keyOf, slashed } from "./object-key.ts";
import { projectClaim, projectSnapshotRule, projectVolume } from "./project-objects.ts";
import { createResourceTransport } from "./resource-transport.ts";
import { type ResourceHealth, ResourceWatch } from "./resource-watch.ts";
import { SharedParts } from "./shared-parts.ts";

/** What a {@link ClusterWatch} needs. */
export interface ClusterWatchOptions {
  readonly client: KubernetesClient;
  /** The annotations to keep. */
  readonly keys: AnnotationKeys;
  /** See `RuleSourceOptions`. */
  readonly lists: "streamed" | "paged";
  readonly clock: Clock;
  readonly random: () => number;
  /** Called with the paths of the objects that came, changed or went, as `objectPath` has them. */
  readonly onChange: (paths: readonly string[], by: "list" | "watch") => void;
  /** Must not throw. */
  readonly onEvent: (event: SourceEvent) => void;
}

/** Watches the three resources that rules come from: one list and one watch each. */
export class ClusterWatch implements ClusterObjects {
  readonly #volumes: ResourceWatch<VolumeObject>;
  readonly #claims: ResourceWatch<ClaimObject>;
  readonly #snapshotRules: ResourceWatch<SnapshotRuleObject>;

  constructor({ client, keys, lists, onChange, ...options }: ClusterWatchOptions) {
    const transportOf = (path: string) =>
      createResourceTransport(client, path, { asksForStream: lists === "streamed" });
    const of = (kind: ObjectIdentity["kind"]) => ({
      ...options,
      keyOf,
      onChange: (changed: readonly string[], by: "list" | "watch") =>
        onChange(
          changed.map((key) => slashed(kind, key)),
          by,
        ),
    });
    const parts = new SharedParts();
    this.#volumes = new ResourceWatch({
      ...of("PersistentVolume"),
      resource: "persistentvolumes",
      transport: transportOf("/api/v1/persistentvolumes"),
      project: (object) => keyed(projectVolume(object, parts)),
    });
    this.#claims = new ResourceWatch({
      ...of("PersistentVolumeClaim"),
      resource: "persistentvolumeclaims",
      transport: transportOf("/api/v1/persistentvolumeclaims"),
      project: (object) => keyed(projectClaim(object, keys, parts)),
    });
    this.#snapshotRules = new ResourceWatch({
      ...of("SnapshotRule"),
      resource: "snapshotrules",
      transport: transportOf(`/apis/${SNAPSHOT_RULE_API_VERSION}/snapshotrules`),
      project: (object) => keyed(projectSnapshotRule(object, keys, parts)),
      optional: true,
    });
  }

  get volumes(): ReadonlyMap<string, VolumeObject> {
    return this.#volumes.objects;
  }

  get claims(): ReadonlyMap<string, ClaimObject> {
    return this.#claims.objects;
  }

  get snapshotRules(): ReadonlyMap<string, SnapshotRuleObject> {
    return this.#snapshotRules.objects;
  }

  /** Whether all three were listed whole. */
  get synced(): boolean {
    return this.health().every(({ synced }) => synced);
  }

  health(): readonly ResourceHealth[] {
    return [this.#volumes.health(), this.#claims.health(), this.#snapshotRules.health()];
  }

  /** Resolves when the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#volumes.run(signal), this.#claims.run(signal), this.#snapshotRules.run(signal)]);
  }
}

function keyed<T>(value: T): { readonly key: string; readonly value: T } {
  return { key: keyOf(value) as string, value };
}
