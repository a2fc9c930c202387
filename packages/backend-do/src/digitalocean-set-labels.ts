import { BackendError, type CallOptions, type Labels, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import { inPath } from "./digitalocean-api.ts";
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
  const call = { doing, changes: true, about: "snapshot" } as const;
  for (const tag of wanted) {
    if (present.has(tag)) continue;
    const name = await createTag(client, tag, doing, options);
    const tagging = { ...call, scopes: ["tag:create"] };
    await client.call(tagging, (api) => api.tags.tagResources(inPath(name), [id]), options);
  }
  for (const tag of tags) {
    const isReplaced = Object.keys(asked).some((key) => spells(tag, key)) && !wanted.has(tag.toLowerCase());
    if (!isReplaced) continue;
    const untagging = { ...call, scopes: ["tag:delete"] };
    await client.call(untagging, (api) => api.tags.removeTagFromResources(inPath(tag), [id]), options);
  }
}

/** @returns its name in the capitals with which the account knows it */
async function createTag(
  client: DigitalOceanClient,
  tag: string,
  doing: string,
  options: CallOptions | undefined,
): Promise<string> {
  const call = { doing, scopes: ["tag:create"], changes: true, about: "snapshot" } as const;
  const answer = await client.call(call, (api) => api.tags.createTag(tag), options);
  const { name } = (answer ?? {}) as { name?: unknown };
  if (typeof name !== "string" || name.toLowerCase() !== tag) throw unexpected(call, "another tag");
  return name;
}
