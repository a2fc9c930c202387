import type { Disk, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { RefusalReason } from "../planner/reason.ts";
import type { RequestedCreation } from "../state/disk-state.ts";
import { decorate } from "./decorate.ts";

/** Something that was planned is not wanted any more on the newest knowledge. Nothing was sent. */
export class NotAdmitted extends Error {
  override readonly name = "NotAdmitted";

  /** `undefined`: it has become needless. */
  readonly reason: RefusalReason | undefined;

  constructor(what: string, reason: RefusalReason | undefined) {
    super(`${what} is not sent: ${reason ?? "it is not needed any more"}`);
    this.reason = reason;
  }
}

/** Plans a disk once more, on the newest state. */
export interface Judge {
  /**
   * Whether the newest plan of its disk still deletes the snapshot. A deletion that is admitted counts as sent from this
   * moment on. `read`: only after it, and the newest one, were read by themselves.
   *
   * @throws {NotAdmitted} if that plan does not delete it
   */
  admitDeletion(id: string, isRead: boolean): "send" | "read";

  /** The newest snapshot that is left when this one goes; `undefined`: none, or it was read a moment ago. */
  reliesOn(id: string): string | undefined;

  /** What reading a snapshot by itself showed, before the deletion of `id`; `undefined`: it is gone. */
  noteRead(id: string, readId: string, snapshot: Snapshot | undefined): void;

  /**
   * What the newest plan of the disk asks for. A creation that is admitted counts as sent from this moment on.
   *
   * @throws {NotAdmitted} if that plan takes no snapshot
   */
  admitCreation(disk: Disk): RequestedCreation & { readonly mayExist: boolean };
}

/**
 * The safety gate: the last thing before a request leaves. The disk is planned again on the newest state, and only what
 * that plan still wants is sent (rule 2): no queue, pause or batch acts on older knowledge than the process has.
 */
export function gateRequests(backend: SnapshotBackend, judge: Judge): SnapshotBackend {
  return decorate(backend, {
    async deleteSnapshot(reference, options) {
      const { id, location } = reference;
      if (judge.admitDeletion(id, false) === "read" && backend.readSnapshot !== undefined) {
        const read = new Set<string>();
        for (let next: string | undefined = id; next !== undefined; next = judge.reliesOn(id)) {
          if (read.has(next)) break;
          read.add(next);
          judge.noteRead(id, next, await backend.readSnapshot({ id: next, location }, options));
        }
        judge.admitDeletion(id, true);
      }
      return backend.deleteSnapshot(reference, options);
    },
    async createSnapshot(request, options) {
      const { mayExist, ...newest } = judge.admitCreation(request.disk);
      return backend.createSnapshot({ ...request, ...newest, ...(mayExist && { mayExist }) }, options);
    },
  });
}
