import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import { compareStrings } from "./precedence.ts";

/** An object that asks for snapshots, and its path. */
interface Declaration {
  readonly id: string;
  readonly origin: ObjectIdentity;
}

/**
 * Admits the oldest objects of each namespace, so many of them at most. Which ones follows from the objects alone, so that
 * a process that is started again admits the same.
 */
export class NamespaceLimit {
  readonly #most: number;
  readonly #namespaces: Map<string, Map<string, ObjectIdentity>> = new Map();
  readonly #refused: Map<string, ReadonlySet<string>> = new Map();
  readonly #changed: Set<string> = new Set();

  /** @param most - most objects of one namespace */
  constructor(most: number) {
    this.#most = most;
  }

  /** An object without a namespace is admitted always. */
  add({ id, origin }: Declaration): void {
    const { namespace } = origin;
    if (namespace === undefined) return;
    const members = this.#namespaces.get(namespace) ?? new Map<string, ObjectIdentity>();
    this.#namespaces.set(namespace, members.set(id, origin));
    if (members.size > this.#most) this.#changed.add(namespace);
  }

  remove({ id, origin }: Declaration): void {
    const { namespace } = origin;
    if (namespace === undefined) return;
    const members = this.#namespaces.get(namespace);
    members?.delete(id);
    if (members?.size === 0) this.#namespaces.delete(namespace);
    if (this.#refused.has(namespace)) this.#changed.add(namespace);
  }

  /** As of the last {@link settle}. */
  admits(path: string, namespace: string | undefined): boolean {
    return namespace === undefined || !this.#refused.get(namespace)?.has(path);
  }

  /** Decides again in namespaces that are beyond the limit, or were. Returns the paths of those that are treated otherwise now. */
  settle(): string[] {
    const otherwise: string[] = [];
    for (const namespace of this.#changed) {
      const before = this.#refused.get(namespace) ?? new Set<string>();
      const after = this.#beyondLimit(namespace);
      if (after.size === 0) this.#refused.delete(namespace);
      else this.#refused.set(namespace, after);
      otherwise.push(
        ...[...before].filter((path) => !after.has(path)),
        ...[...after].filter((path) => !before.has(path)),
      );
    }
    this.#changed.clear();
    return otherwise;
  }

  #beyondLimit(namespace: string): ReadonlySet<string> {
    const members = this.#namespaces.get(namespace);
    if (members === undefined || members.size <= this.#most) return new Set();
    const oldestFirst = [...members].sort(
      ([pathA, a], [pathB, b]) =>
        compareStrings(a.creationTimestamp, b.creationTimestamp) || compareStrings(pathA, pathB),
    );
    return new Set(oldestFirst.slice(this.#most).map(([path]) => path));
  }
}
