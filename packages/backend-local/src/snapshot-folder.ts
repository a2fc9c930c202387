import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { BackendError, type Labels } from "@k8s-snapshots/backend-api";
import { hasErrno } from "./local-error.ts";
import { removeTree } from "./remove-tree.ts";
import {
  type DamagedRecord,
  readRecord,
  type SnapshotRecord,
  salvageRecord,
  syncDirectory,
  writeRecord,
} from "./snapshot-record.ts";

/** A snapshot as it lies in the folder. */
export interface StoredSnapshot {
  readonly record: SnapshotRecord | DamagedRecord;
  readonly whole: boolean;
  /** When whoever makes it last said so, in milliseconds since 1970. */
  readonly heartbeatAt: number;
}

const idPattern = /^[a-z0-9-]{1,63}\.[0-9a-f]{12}$/;
/** A begun removal or creation that is older, in milliseconds, was left by a process that is gone. */
const leftoverAge = 3_600_000;

/**
 * The folder with the snapshots. Each is a directory of `snapshot.json` and `data`, which appears in `pending` with its
 * record, moves to `snapshots` when the copy is whole, and to `removing` when it is deleted: each by one rename, so
 * that a process that dies leaves nothing that looks like something else.
 */
export class SnapshotFolder {
  readonly path: string;
  readonly #now: () => Date;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(path: string, now: () => Date) {
    this.path = path;
    this.#now = now;
  }

  dataPath(id: string, place: "pending" | "snapshots"): string {
    return join(this.path, place, id, "data");
  }

  /** @throws {BackendError} `unavailable` if the folder is not there. */
  async assertThere(): Promise<void> {
    const stats = await stat(this.path).catch(() => undefined);
    if (stats?.isDirectory()) return;
    throw new BackendError(
      "unavailable",
      `LOCAL_SNAPSHOT_DIRECTORY ${this.path} is not a directory: create or mount it`,
    );
  }

  /** All ids there are, each once. */
  async ids(): Promise<string[]> {
    await this.assertThere();
    // In this order, a snapshot that becomes whole meanwhile is seen in one of the two at least.
    const pending = await this.#names("pending");
    const whole = await this.#names("snapshots");
    return [...new Set([...pending, ...whole])].filter((id) => idPattern.test(id));
  }

  /** `undefined` if there is none, or not any more. */
  async find(id: string): Promise<StoredSnapshot | undefined> {
    return (await this.#findIn("pending", id)) ?? (await this.#findIn("snapshots", id));
  }

  /** Makes a pending snapshot; `false` if there is one with this id. */
  async begin(id: string, record: SnapshotRecord): Promise<boolean> {
    await this.assertThere();
    for (const place of ["pending", "snapshots", "removing"]) await this.#makeDirectory(place);
    await this.#removeLeftovers();
    const begun = join(this.path, "removing", randomUUID());
    await mkdir(begun, { mode: 0o700 });
    await writeRecord(join(begun, "snapshot.json"), record);
    if (await this.#moved(begun, join(this.path, "pending", id))) return true;
    await removeTree(begun);
    return false;
  }

  async beat(id: string): Promise<void> {
    const now = this.#now();
    await utimes(this.#recordPath("pending", id), now, now);
  }

  /** The copy of a pending snapshot is whole. */
  complete(id: string, sizeBytes: number): Promise<void> {
    return this.#inTurn(id, async () => {
      const path = this.#recordPath("pending", id);
      // Read again: someone may have set a label meanwhile.
      await writeRecord(path, { ...(await readRecord(path)), sizeBytes });
      const moved = await this.#moved(join(this.path, "pending", id), join(this.path, "snapshots", id));
      if (!moved) await this.#removeFrom("pending", id);
    });
  }

  /** The copy of a pending snapshot failed. Gives back the space, and keeps the record. */
  async fail(id: string, failure: string): Promise<void> {
    await removeTree(this.dataPath(id, "pending"));
    await this.#inTurn(id, async () => {
      const path = this.#recordPath("pending", id);
      await writeRecord(path, { ...(await readRecord(path)), failure });
    });
  }

  /** Merges labels into those of a snapshot; `false` if there is none. Another process may write at the same time. */
  relabel(id: string, labels: Labels): Promise<boolean> {
    return this.#inTurn(id, async () => {
      for (const place of ["pending", "snapshots"] as const) {
        const path = this.#recordPath(place, id);
        try {
          const record = await readRecord(path);
          await writeRecord(path, { ...record, labels: { ...record.labels, ...labels } });
          return true;
        } catch (error) {
          if (!hasErrno(error, "ENOENT")) throw error;
        }
      }
      return false;
    });
  }

  /** Removes the snapshot, in whichever place; one that is not there is a success. */
  async remove(id: string): Promise<void> {
    await this.assertThere();
    await this.#removeFrom("pending", id);
    await this.#removeFrom("snapshots", id);
  }

  /** What rewrites a record reads it first: one after another, or a change would be lost. */
  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(id) ?? Promise.resolve()).then(work, work);
    const turn = done
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(id) === turn) this.#turns.delete(id);
      });
    this.#turns.set(id, turn);
    return done;
  }

  async #removeFrom(place: "pending" | "snapshots", id: string): Promise<void> {
    const removed = join(this.path, "removing", randomUUID());
    try {
      await rename(join(this.path, place, id), removed);
    } catch (error) {
      if (hasErrno(error, "ENOENT")) return;
      throw error;
    }
    await syncDirectory(join(this.path, place));
    await removeTree(removed);
  }

  async #findIn(place: "pending" | "snapshots", id: string): Promise<StoredSnapshot | undefined> {
    const path = this.#recordPath(place, id);
    try {
      const { mtimeMs } = await stat(path);
      return { record: await salvageRecord(path), whole: place === "snapshots", heartbeatAt: mtimeMs };
    } catch (error) {
      if (hasErrno(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  /** `false` if something is there already. */
  async #moved(from: string, to: string): Promise<boolean> {
    try {
      await rename(from, to);
    } catch (error) {
      if (hasErrno(error, "ENOTEMPTY", "EEXIST")) return false;
      throw error;
    }
    await syncDirectory(join(to, ".."));
    return true;
  }

  async #makeDirectory(place: string): Promise<void> {
    try {
      await mkdir(join(this.path, place), { mode: 0o700 });
    } catch (error) {
      if (!hasErrno(error, "EEXIST")) throw error;
    }
  }

  async #names(place: string): Promise<string[]> {
    try {
      return await readdir(join(this.path, place));
    } catch (error) {
      if (hasErrno(error, "ENOENT")) return [];
      throw error;
    }
  }

  async #removeLeftovers(): Promise<void> {
    for (const name of await this.#names("removing")) {
      const path = join(this.path, "removing", name);
      const stats = await stat(path).catch(() => undefined);
      if (stats && this.#now().getTime() - stats.ctimeMs > leftoverAge) await removeTree(path);
    }
  }

  #recordPath(place: "pending" | "snapshots", id: string): string {
    return join(this.path, place, id, "snapshot.json");
  }
}

/** @throws {BackendError} `invalid` if it is no id of a snapshot: a path, say. */
export function assertSnapshotId(id: string): void {
  if (idPattern.test(id)) return;
  throw new BackendError("invalid", `${JSON.stringify(id)} is not the id of a local snapshot`);
}
