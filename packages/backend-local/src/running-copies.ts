import type { CopyTree } from "./copy-tree.ts";
import { toBackendError } from "./local-error.ts";
import type { SnapshotFolder, StoredSnapshot } from "./snapshot-folder.ts";

/** How often, in milliseconds, a copy says that it goes on. */
const heartbeatInterval = 10_000;
/** A copy that has been silent for longer, in milliseconds, is over: its process is gone. */
const silenceLimit = 60_000;

/** The copies that this process makes in the background, once their creation was answered. */
export class RunningCopies {
  readonly #folder: SnapshotFolder;
  readonly #copyTree: CopyTree;
  readonly #now: () => Date;
  readonly #running = new Map<string, { readonly controller: AbortController; readonly done: Promise<void> }>();

  constructor(folder: SnapshotFolder, copyTree: CopyTree, now: () => Date) {
    this.#folder = folder;
    this.#copyTree = copyTree;
    this.#now = now;
  }

  /** Begins to fill a pending snapshot. */
  start(id: string, source: string): void {
    const controller = new AbortController();
    const done = this.#run(id, source, controller.signal).finally(() => this.#running.delete(id));
    this.#running.set(id, { controller, done });
  }

  /** Whether someone is at work on a snapshot that is not whole. */
  isAlive(id: string, { heartbeatAt }: StoredSnapshot): boolean {
    return this.#running.has(id) || this.#now().getTime() - heartbeatAt < silenceLimit;
  }

  /** Resolves when the copy of that snapshot, if there is one, has stopped, with nothing left of it. */
  async stop(id: string): Promise<void> {
    const running = this.#running.get(id);
    running?.controller.abort();
    await running?.done;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.stop(id)));
  }

  /** Resolves when the copies that run now are over. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #run(id: string, source: string, signal: AbortSignal): Promise<void> {
    // A heartbeat that fails is noticed as silence.
    const heartbeat = setInterval(() => void this.#folder.beat(id).catch(() => undefined), heartbeatInterval);
    heartbeat.unref();
    try {
      const { sizeBytes } = await this.#copyTree(source, this.#folder.dataPath(id, "pending"), signal);
      signal.throwIfAborted();
      await this.#folder.complete(id, sizeBytes);
    } catch (error) {
      const { message } = toBackendError(error, `copying ${source}`, this.#folder.path);
      const clean = signal.aborted ? this.#folder.remove(id) : this.#folder.fail(id, message);
      // Deleted meanwhile, or the folder is away: then silence tells that it failed.
      await clean.catch(() => undefined);
    } finally {
      clearInterval(heartbeat);
    }
  }
}
