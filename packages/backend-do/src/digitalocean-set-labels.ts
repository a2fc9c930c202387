import { BackendError, type CallOptions, type Labels, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import type { DigitalOceanClient } from "./digitalocean-client.ts";
import { unexpected } from "./digitalocean-error.ts";
import { labelsForTags } from "./digitalocean-names.ts";
import { spells, toTags } from "./digitalocean-tags.ts";

/** A snapshot as its tags and its name show it. */
export interface LabelledSnapshot {
  readonly id: string;
  readonly labels: Labels;
  /** As the account spells them. */
  readonly tags: readonly string[];
}

/**
 * Tags a snapshot further, and takes away the tags of the labels that were replaced. New tags come first: a hold is there
 * at each moment, and what fails half-way has too many tags rather than too few.
 *
 * @throws {BackendError} `invalid` if marks are to be changed, which are in the name
 */
export async function replaceTags(
  client: DigitalOceanClient,
  snapshot: LabelledSnapshot,
  labels: Labels,
  options: CallOptions | undefined,
): Promise<void> {
  const { id, tags } = snapshot;
  const doing = `setting labels of snapshot ${id}`;
  const asked = labelsForTags(labels);
  if (!(MARKS_LABEL in asked) && MARKS_LABEL in labels && labels[MARKS_LABEL] !== snapshot.labels[MARKS_LABEL]) {
    const why = `${MARKS_LABEL} is in its name, which cannot be changed`;
    throw new BackendError("invalid", `${doing}: ${why}`, { scope: "snapshot" });
  }
  const wanted = new Set(toTags(asked));
  const present = new Set(tags.map((tag) => tag.toLowerCase()));
  const resources = [{ resource_id: id, resource_type: "volume_snapshot" }];
  for (const tag of wanted) {
    if (present.has(tag)) continue;
    const name = await createTag(client, tag, doing, options);
    const request = { method: "POST", path: pathOf(name), body: { resources }, about: "snapshot", doing } as const;
    await client.send({ ...request, scopes: ["tag:create"] }, options);
  }
  for (const tag of tags) {
    const isReplaced = Object.keys(asked).some((key) => spells(tag, key)) && !wanted.has(tag.toLowerCase());
    if (!isReplaced) continue;
    const request = { method: "DELETE", path: pathOf(tag), body: { resources }, about: "snapshot", doing } as const;
    await client.send({ ...request, scopes: ["tag:delete"] }, options);
  }
}

/** @returns its name in the capitals with which the account knows it */
async function createTag(
  client: DigitalOceanClient,
  tag: string,
  doing: string,
  options: CallOptions | undefined,
): Promise<string> {
  const request = { method: "POST", path: "/v2/tags", body: { name: tag }, about: "snapshot", doing } as const;
  const answer = await client.send({ ...request, scopes: ["tag:create"] }, options);
  const { tag: { name } = {} } = (answer ?? {}) as { tag?: { name?: unknown } };
  if (typeof name !== "string" || name.toLowerCase() !== tag) throw unexpected(request, "another tag");
  return name;
}

/** Tags hold letters, digits, `:`, `-` and `_` only. */
function pathOf(tag: string): string {
  return `/v2/tags/${encodeURIComponent(tag).replaceAll("%3A", ":")}/resources`;
}
