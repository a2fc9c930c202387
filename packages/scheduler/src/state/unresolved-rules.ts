const patterns = new WeakMap<ReadonlySet<string>, readonly RegExp[]>();

/**
 * Whether a rule of that name may be there although its disk is not known now (rule 8). A name in the set may hold `*`,
 * which stands for any characters: so that all rules of one kind can be meant while none of them can be read.
 */
export function isUnresolved(name: string, unresolved: ReadonlySet<string>): boolean {
  return unresolved.has(name) || patternsOf(unresolved).some((pattern) => pattern.test(name));
}

function patternsOf(unresolved: ReadonlySet<string>): readonly RegExp[] {
  let known = patterns.get(unresolved);
  // Stryker disable next-line all: what is remembered changes no answer
  if (known === undefined) {
    known = [...unresolved].filter((name) => name.includes("*")).map(patternOf);
    // Stryker disable next-line all: what is remembered changes no answer
    patterns.set(unresolved, known);
  }
  return known;
}

function patternOf(name: string): RegExp {
  const escaped = name.split("*").map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`);
}
