import type { Deltas, ExpireReason, KeepReason } from "@k8s-snapshots/retention";

type Generation = Deltas["generations"][number];

/** Why a snapshot is kept: `{kind, generation: {delta, parent}, wanted}`, or a `kind` alone. */
export function keepJson(reason: KeepReason | { readonly kind: "future" | "held" }): object {
  if (reason.kind !== "generation") return { kind: reason.kind };
  return { kind: reason.kind, generation: generationJson(reason), wanted: reason.wanted };
}

/** Why one is not: `{kind, by, generation: {delta, parent}, wanted}`; `by` is the id of the one that is kept instead. */
export function expireJson(reason: ExpireReason<{ readonly id: string }>): object {
  const by = reason.by.id;
  if (reason.kind === "same-time") return { kind: reason.kind, by };
  const wanted = reason.kind === "not-due" ? {} : { wanted: reason.wanted };
  return { kind: reason.kind, by, generation: generationJson(reason), ...wanted };
}

function generationJson({ generation }: { readonly generation: Generation }): object {
  return { delta: generation.delta.text, parent: generation.parent.text };
}
