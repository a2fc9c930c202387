import { IDEMPOTENCY_KEY_LABEL, type Labels } from "@k8s-snapshots/backend-api";
import { otherToolOf } from "./other-tools.ts";

const OUR_PREFIX = IDEMPOTENCY_KEY_LABEL.slice(0, IDEMPOTENCY_KEY_LABEL.indexOf("/") + 1);

/** Keys are few and come again and again. */
const MOST_KEYS = 1_000;
const known = new Map<string, "ours" | "tool" | "other">();

/**
 * The labels that decisions look at. Those that people and other programs set are left out; of the marks of other tools the
 * keys are enough.
 */
export function decidingLabels(labels: Labels): Labels {
  const deciding: Record<string, string> = {};
  for (const key in labels) {
    const kind = kindOf(key);
    if (kind === "ours") deciding[key] = labels[key] as string;
    else if (kind === "tool") deciding[key] = "";
  }
  return deciding;
}

function kindOf(key: string): "ours" | "tool" | "other" {
  const kind = known.get(key);
  // Stryker disable all: what is remembered changes no answer
  if (kind !== undefined) return kind;
  if (known.size >= MOST_KEYS) known.clear();
  const found = key.startsWith(OUR_PREFIX) ? "ours" : otherToolOf({ [key]: "" }) === undefined ? "other" : "tool";
  known.set(key, found);
  // Stryker restore all
  return found;
}
