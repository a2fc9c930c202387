import type { Protection } from "../api/index.ts";

export const stateWords: Readonly<Record<Protection, string>> = {
  protected: "Protected",
  late: "Late",
  unprotected: "Unprotected",
  excluded: "Opted out",
};

/** What to do about a volume that nothing protects, where its message does not say so itself. */
export const nextSteps: Readonly<Record<string, string>> = {
  NoRule: "Annotate the claim, or exclude it with a reason",
  Unbound: "It is bound when a pod first uses it; annotate the claim, or exclude it with a reason",
  Released: "Delete the volume if nobody needs its data, or exclude it with a reason",
  Available: "Delete the volume if nobody needs it, or exclude it with a reason",
};

/** `NoRule` as `No rule`. */
export function reasonInWords(reason: string): string {
  const [first = "", ...others] = reason.split(/(?<=[a-z])(?=[A-Z])/);
  return [first, ...others.map((word) => word.toLowerCase())].join(" ");
}

/** A message with a capital letter, unless it begins with a name. */
export function sentence(message: string): string {
  return message.replace(/^[a-z](?=[a-z]*[ ,.;:])/, (letter) => letter.toUpperCase());
}

/** `1 volume`, `12 volumes`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}
